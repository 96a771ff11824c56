package planted

func init() { bugs = append(bugs, others...) }

// others are such as a test finds that looks for nothing else: at a point where no
// simulation comes by chance, or of a kind that a simulation does not look at.
var others = []planted{
	{
		name: "one pass", what: "a quiescence declared too soon: members are looked at once", test: "TestPointsOfQuiescence",
		file: "quiesce.go",
		old:  "	for pass := range 2 {",
		new:  "	for pass := range 1 {",
	},
	{
		name: "epochs", what: "a quiescence declared too soon: who was awake between two looks counts as asleep", test: "TestPointsOfQuiescence",
		file: "quiesce.go",
		old:  "(pass == 1 && n != epochs[i])",
		new:  "pass == 2",
	},
	{
		name: "one look", what: "a deadlock that is none: one side went on while the other was looked at", test: "TestPointsOfStuck",
		file: "internal/ring/core.go",
		old:  "c.rxWaitAt.Load() != r || c.txWaitAt.Load() != w ||",
		new:  "",
	},
	{
		name: "another wait", what: "a deadlock that is none: another wait for the same index counts as the same", test: "TestPointsOfStuck",
		file: "internal/ring/core.go",
		old:  "if c.rxArms.Load() != rxArms || c.txArms.Load() != txArms {",
		new:  "if rxArms+txArms == never {",
	},
	{
		name: "torn pair", what: "two counters that belong to no one moment", test: "TestPointsOfCounters",
		file: "internal/ring/core.go",
		old:  "if again == taken {",
		new:  "if again >= taken {",
	},
	{
		name: "torn clock", what: "times of an actor that were read while it changed them", test: "TestPointsOfTheClock",
		file: "clock.go",
		old:  "if sum == since && c.word.Load() == w {",
		new:  "if sum >= 0 {",
	},
	{
		name: "wiped late", what: "slots that are wiped when they are given back already", test: "TestSlotsAreWipedBeforeTheyAreGivenBack",
		file: "internal/ring/receiver.go",
		old:  "	if r.clear != nil {\n		r.clear(r.released, to)\n	}\n	r.released = to",
		new:  "	if r.clear != nil {\n		defer r.clear(r.released, to)\n	}\n	r.released = to",
	},
	{
		name: "no quarter", what: "messages that stay hidden until the channel is full", test: "TestAQuarterIsHiddenAtMost",
		file: "internal/ring/core.go",
		old:  "quarter: max(1, uint64(capacity)/4)}",
		new:  "quarter: max(1, uint64(capacity)*4)}",
	},
	{
		name: "called and committed", what: "an iteration that stands although its group started again in it", test: "TestACalledMemberThatReturnsIsRolledBack",
		file: "supervise.go",
		old:  "	if a.seat != nil && a.seat.called.Load() {\n		a.rollback(true)",
		new:  "	if a.seat != nil && a.seat.called.Load() {\n		if err == nil {\n			a.tick++\n		}\n		a.rollback(true)",
	},
	{
		name: "view with room", what: "a view of a batch to which can be appended in place", test: "TestAppendToAViewCopies",
		file: "batch.go",
		old:  "r.slots[slot : slot+size : slot+size]",
		new:  "r.slots[slot : slot+size]",
	},
	{
		name: "one of many", what: "a slice sent into a loop at rest that counts as one message", test: "TestSendsIntoAnEndedLoopAreCounted",
		file: "batch.go",
		old:  "t.p.Drop(len(vs))",
		new:  "t.p.Drop(1)",
	},
	{
		name: "wrong reason", what: "a Send that says that the graph has stopped when the group starts again", test: "TestWhatEndsASendSaysWhy",
		file: "wait.go",
		old:  "		return ErrRestart",
		new:  "		return ErrStopped",
	},
	{
		name: "old goroutine", what: "a stack that is looked for under the goroutine of an earlier life", test: "TestTheStackOfAnActorThatEndedItsGoroutine",
		file: "supervise.go",
		old:  "	a.identify()\n",
		new:  "	if a.goid.Load() == 0 {\n		a.identify()\n	}\n",
	},
	{
		name: "woken too soon", what: "a deadline that wakes before it has come", test: "TestThePhaseComesBeforeTheWakeUp",
		file: "stop.go",
		old:  "	park.Point()\n	g.phase.Store(uint32(expired))\n	park.Point()\n	g.cancel()\n	g.nudgeAll()",
		new:  "	g.nudgeAll()\n	park.Point()\n	g.phase.Store(uint32(expired))\n	park.Point()\n	g.cancel()",
	},
	{
		name: "nobody woken", what: "a deadline that wakes nobody", scenario: "too late",
		file: "stop.go",
		old:  "	park.Point()\n	g.cancel()\n	g.nudgeAll()",
		new:  "	park.Point()\n	g.cancel()",
	},
}
