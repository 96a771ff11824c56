package planted

// bugs are such as were made before, here or elsewhere.
var bugs = []planted{
	{
		name: "lost wake-up", what: "a lost wake-up: the last look before parking is left out", scenario: "tight",
		file: "wait.go",
		old:  "	if i = a.pick(conds, anyOf); i != goRound {\n		a.parker.Cancel()",
		new:  "	if i = goRound; i != goRound {\n		a.parker.Cancel()",
	},
	{
		name: "arming before", what: "a lost wake-up: a conjunction is armed at a member that was unmet before, and not after", scenario: "tight try",
		file: "wait.go",
		old:  "		a.arm(&conds[i], exclusive)\n		if a.evalMember(conds, i) == unmet {",
		new:  "		a.arm(&conds[i], exclusive)\n		if true {",
	},
	{
		name: "commit too early", what: "a commit too early: a message counts as taken when its body begins", scenario: "pipeline",
		file: "rx.go",
		old:  "			r.p.Tick, r.p.Mark = tick, n\n		}\n		r.p.N, marked",
		new:  "			r.p.Tick, r.p.Mark = tick, n+1\n		}\n		r.p.N, marked",
	},
	{
		name: "close on restart", what: "a close on restart: the outputs of an actor that failed are closed", scenario: "pipeline",
		file: "supervise.go",
		old:  "	switch p := v.(type) {\n	case *PanicError:",
		new:  "	for _, o := range a.outs {\n		o.Close(a.tick)\n	}\n	switch p := v.(type) {\n	case *PanicError:",
	},
	{
		name: "threshold deadlock", what: "a threshold deadlock that the guard does not see", scenario: "too much",
		file: "internal/ring/core.go",
		old:  "	if r == never || w == never || rxNeed",
		new:  "	if true || r == never || w == never || rxNeed",
	},
	{
		name: "vote that flips", what: "a vote that flips: who has refused once agrees when asked again", scenario: "votes",
		file: "vote.go",
		old:  "		if !votes[i].yes() {",
		new:  "		if v := a.vote.Load(); !votes[i].yes() && (v == nil || v.index != i) {",
	},
	{
		name: "lane that sticks", what: "a lane that sticks: it is always its turn again", scenario: "turns",
		file: "bundlerx.go",
		old:  "		s.turn = s.after(i)\n		if !r.lanes",
		new:  "		s.turn = i\n		if !r.lanes",
	},
	{
		name: "stale registration", what: "a stale registration: who was woken is still to be woken", scenario: "votes",
		file: "wait.go",
		old:  "		a.wakeUp()\n		a.unregister(conds)",
		new:  "		a.wakeUp()",
	},
	{
		name: "torn not counted", what: "a torn iteration that is not counted", scenario: "burst",
		file: "actor.go",
		old:  "	if a.tornTick != a.tick {\n		a.tornTick,",
		new:  "	if a.tornTick != a.tick && a.tick%2 == 0 {\n		a.tornTick,",
	},
	{
		name: "missed flush", what: "a missed flush before parking", scenario: "try",
		file: "actor.go",
		old:  "			a.tear()\n			return\n		}\n	}\n	a.flush()",
		new:  "			a.tear()\n			return\n		}\n	}",
	},
	{
		name: "cursor reset", what: "a restart that resets a cursor to what was given back last", scenario: "wide",
		file: "internal/ring/receiver.go",
		old:  "		r.base, r.N, r.Mark = r.base+r.Mark, 0, 0",
		new:  "		r.base, r.N, r.Mark = r.released, 0, 0",
	},
	{
		name: "state saved half", what: "a state saved half: what an iteration has set before it was over", scenario: "state",
		file: "state.go",
		old:  "		s.hand(s.before, s.versionBefore)\n",
		new:  "		s.hand(s.value, s.version)\n",
	},
	{
		name: "quiescence too soon", what: "a quiescence declared too soon: a member was looked at while it ran", scenario: "loop",
		file: "quiesce.go",
		old:  "if n%2 == 0 || !a.parker.Armed() || (pass == 1 && n != epochs[i]) {",
		new:  "if i == 0 && (n%2 == 0 || !a.parker.Armed() || (pass == 1 && n != epochs[i])) {",
	},
	{
		name: "end before the rest", what: "an end before the rest: closed is looked at after what is there", scenario: "tight",
		file: "cond.go",
		old:  "	closed := p.Closed() // before the count: after it nothing is added\n	park.Point()\n	switch there := p.Avail(); {",
		new:  "	there := p.Avail()\n	park.Point()\n	switch closed := p.Closed(); {",
	},
	{
		name: "troupe forgets", what: "a troupe that forgets: a member is marked as not ready after its turn, and not before", scenario: "troupe",
		file: "internal/sched/troupe.go",
		old:  "	t.members[i].resume()\n}",
		new:  "	t.members[i].resume()\n	t.ready[i/64].And(^(uint64(1) << (i % 64)))\n}",
	},
	{
		name: "published early", what: "a message that is visible before its iteration is over", scenario: "burst",
		file: "internal/ring/sender.go",
		old:  "	if s.Tick == tick {\n		return s.base + s.Mark\n	}\n	return s.Next()\n}\n\n// Open",
		new:  "	return s.Next()\n}\n\n// Open",
	},
	{
		name: "disarmed for two", what: "a lost wake-up: one group of a wait disarms the port of another", scenario: "groups",
		file: "wait.go",
		old:  "		if exclusive {\n			disarm(&conds[i])",
		new:  "		if true {\n			disarm(&conds[i])",
	},
}
