package steady

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/ring"
	"github.com/steadytop/steadytop/runtime/internal/sched"
)

// Actor is the handle of a running actor, passed to its body as *testing.T is
// passed to a test. Its methods and the ports of the actor may be used by the
// body only, on the goroutine that runs it; Context, Stopping, Name, Logger and
// RequestShutdown may be used from anywhere.
type Actor struct {
	// tick counts iterations; each port compares it with its own. It starts at
	// 1, so that a port that was never touched belongs to no iteration.
	tick uint64
	// step is what Running adds to tick: 1, or 0 inside a body of All, whose
	// boundaries belong to the outermost range.
	step uint64
	// checkAt is the tick at which the next boundary has something to do:
	// publish, release, or answer a stop. Everyone else stores 0 to make that
	// now; see look.
	checkAt atomic.Uint64
	looks   atomic.Uint64 // how often that was done
	depth   int           // how many ranges are under way
	ranges  uint64        // how many there were: the number of the last one
	outer   uint64        // the number of the outermost; 0 when it has ended before others
	outs    []*outPort
	ins     []*inPort
	touched touched

	g        *Graph
	parker   *park.Parker
	looked   time.Duration // when pace last ran, or the actor last woke; 0 when not known
	lookAt   uint64        // tick at that time
	stride   uint64        // ticks between two looks
	nextLook uint64        // the tick at which the next one comes by itself
	timer    sched.Timer
	timed    time.Duration // what timer is set to; 0 when it is not
	alarm    time.Duration // what it has to be set to before the actor parks; 0: not needed
	nap      time.Duration // how long to park at most; 0 for a parker that needs a timer, or without limit
	every    []ticker
	asked    uint64       // how often Every was
	reg      registration // what the wait sleeps for
	one      [1]Cond      // of the wait of All or Send, kept off small stacks
	glance   uint64       // what a bundle said in an earlier one has to be looked at again

	patience patience

	portEnded bool // a wait found a port ended: Running asks the votes
	asking    bool // at every call, for the rest of this incarnation: see askOnly
	eager     bool // PublishEach: every boundary looks
	inBody    bool // what it does is done by its body
	ending    bool // it has ended, and closes its ports
	took      bool // an iteration that was rolled back had taken messages
	inLoop    bool // it lies in a wait that only a message can end, as a member of a loop
	polls     bool // it waits for no input, in a loop that comes to rest
	listens   bool // it waits for an input in such a loop, and not in a range
	stopTold  bool // a wait has returned false because of the stop
	tornTick  uint64
	broken    uint64 // the iteration in which a wait inside of a range was given up
	tornSent  uint64 // what that iteration has published
	sentTwice uint64 // what torn iterations that failed had published
	moved     uint64 // what inVain counted last

	id      int
	name    string
	place   placement
	limits  Restart
	limited bool // limits was given
	kept    []kept
	seat    *seat // nil unless it restarts with others
	body    func(*Actor) error
	loop    *loop // the cycle of the graph that it is part of; nil without one

	clock    clock
	epoch    atomic.Uint64 // odd while parked in a wait that only a message can end
	doomed   atomic.Bool   // waits return at once: a deadlock was found
	over     atomic.Bool   // ended for good
	restarts atomic.Uint64
	torn     atomic.Uint64
	tornLost atomic.Uint64 // torn iterations that failed: what they published is sent again
	vote     atomic.Pointer[vote]
	failure  atomic.Pointer[failure]
	goid     atomic.Uint64 // of the goroutine that runs the body
	thread   atomic.Int64  // its operating system thread, solo only; 0 when unknown
	cpu      threadTime
	tally    tally
	aside    atomic.Uint64 // messages that were set aside
	failures atomic.Uint64 // all of them
}

// outPort and inPort are the untyped parts of Tx and Rx.
type outPort struct {
	ring.Sender
	a     *Actor
	e     *edge
	set   *laneSet // nil unless it is a lane of a BundleTx
	bytes *ByteTx  // nil unless it is one

	listed bool // see touched
}

type inPort struct {
	ring.Receiver
	a   *Actor
	e   *edge
	set *laneSet // nil unless it is a lane of a BundleRx

	listed bool // see touched
}

// kept is what an actor keeps from one iteration to the next besides its
// ports; see State.
type kept interface {
	// commit is called when finished iterations are about to become visible:
	// all that was set before iteration tick stands.
	commit(tick uint64)
	// rollback forgets what iteration tick has set.
	rollback(tick uint64)
	// reopen says that iteration tick, which was committed last, goes on.
	reopen(tick uint64)
	// changed reports whether iteration tick has set anything.
	changed(tick uint64) bool
	// end is called once, after the last commit, when the actor has ended for good.
	end()
}

func newActor(g *Graph, id int, name string) *Actor {
	return &Actor{g: g, id: id, name: name, tick: 1, step: 1}
}

// Name returns the name of the actor.
func (a *Actor) Name() string { return a.name }

// Regeneration returns how often the actor was started again: 0 on its first
// run, 1 after its first failure.
func (a *Actor) Regeneration() int { return int(a.restarts.Load()) }

// Logger returns the logger of the graph, or slog.Default if it has none, with
// the name of the actor added.
func (a *Actor) Logger() *slog.Logger { return a.g.ownLogger().With("actor", a.name) }

// Context returns a context that ends when the graph gives up waiting for its
// actors, not when a stop is requested: work in hand can be finished. For a
// member of a [Group] it also ends when the group starts again.
func (a *Actor) Context() context.Context {
	if a.seat != nil {
		return a.seat.life.Load().ctx
	}
	return a.g.ctx
}

// Stopping returns a channel that is closed when a stop is requested, for a
// source that blocks in a read of its own.
func (a *Actor) Stopping() <-chan struct{} { return a.g.stopping }

// RequestShutdown asks the whole graph to stop and returns at once. The reason
// is shown on the dashboard and logged.
func (a *Actor) RequestShutdown(reason string) {
	a.g.requestStop("actor " + a.name + ": " + reason)
}

// Commit ends the iteration here: what was taken and sent so far stands, even
// inside a body of All. It does not wait and does not publish by itself.
func (a *Actor) Commit() {
	a.tick++
	if a.tick >= a.checkAt.Load() {
		a.broken = 0
		a.look()
	}
}

// Rollback takes the open iteration back: messages that it took are in their
// channels again, what it sent is not sent, and each State has the value of the
// last boundary. What a torn iteration had published before it waited stays
// sent. Rollback is no boundary, and no failure for Restart or Poison: the body
// goes on, and in a range the same message comes next.
//
// Who recovers from a panic and pauses before it returns an error needs it. A
// wait is a boundary, in a deferred function, too: without Rollback before it,
// it commits what the iteration had done when it failed.
//
//	defer func() {
//		if v := recover(); v != nil {
//			a.Rollback()
//			a.Wait(a.After(time.Second))
//			err = fmt.Errorf("%v", v)
//		}
//	}()
func (a *Actor) Rollback() {
	a.rollback(false)
	if a.g.probe != nil {
		a.g.probe.TakenBack(a.id)
	}
}

// lookEvery bounds how long a finished iteration stays unpublished while the
// actor goes on to run short ones.
const lookEvery = 30 * time.Microsecond

// askOnly is what checkAt is set to, instead of nextLook, while Running has to ask
// the votes at each call. It brings every boundary here, but only for Running: the
// others go on until nextLook, so that a range drains as fast as it ran. Whoever needs
// the actor stores 0, as ever, and is told apart by that. No tick is below askOnly.
const askOnly = 1

// look is what a boundary does now and then: it publishes and releases
// finished iterations and finds out whether the graph is over, which makes it
// return false.
//
// When it runs next is a matter of time, expressed in ticks so that a boundary
// need not read the clock: see pace. Whoever needs the actor sooner stores 0 in
// checkAt: a peer that parks and may be waiting for what is staged here, a
// request to stop, the sampler. The store of the new checkAt below comes before
// the loads of the peer's registration (in Publish and Release) and of the
// phase at the end; the other side stores its registration, or the phase,
// before it stores 0. So if the 0 is overwritten here, its reason is seen here.
func (a *Actor) look() bool {
	if a.broke() {
		return false
	}
	if a.g.probe != nil {
		a.probed(true)
	}
	if a.checkAt.Load() == askOnly && a.tick < a.nextLook {
		return true
	}
	return a.lookUp()
}

// broke reports whether the iteration that has just ended does not stand, since
// a wait in it was given up. Nothing has happened since the tick was counted up:
// counted down again, all that bears its number is taken back.
func (a *Actor) broke() bool {
	if a.broken == 0 || a.broken != a.tick-1 {
		return false
	}
	a.tick--
	a.rollback(false)
	return true
}

// lookUp is look where no iteration ends.
func (a *Actor) lookUp() bool {
	paced := a.tick >= a.nextLook || a.place.member != nil
	if paced {
		a.pace()
	}
	a.nextLook = a.tick + a.stride
	if a.asking {
		a.checkAt.Store(askOnly)
	} else {
		a.checkAt.Store(a.nextLook)
	}
	storeUint64(&a.looks, a.looks.Load()+1)
	park.Point()
	a.flush()
	for _, o := range a.touched.outs {
		o.Heed()
	}
	for _, i := range a.touched.ins {
		i.Heed()
	}
	if paced && a.touched.some {
		a.looked = a.g.sched.Now() // this may have taken long, and is no part of a body
	}
	if a.place.member != nil {
		a.share()
	}
	if !a.asking && a.askEachTime() {
		a.asking = true
		a.checkAt.Store(0) // and not askOnly: somebody may have stored 0 meanwhile
	}
	if a.broken == a.tick {
		a.checkAt.Store(0) // its boundary has to look
	}
	return a.g.life() != expired && !a.called()
}

// called reports whether the actor has to come to an end now: a deadlock was
// found, or its group starts again.
func (a *Actor) called() bool { return a.doomed.Load() || a.seat != nil && a.seat.called.Load() }

// pace finds out how many iterations fit into lookEvery, from the last ones.
func (a *Actor) pace() {
	now := a.g.sched.Now()
	if n := a.tick - a.lookAt; a.looked != 0 && n > 0 && now > a.looked {
		a.stride = min(max(n*uint64(lookEvery)/uint64(now-a.looked), 1), 4096)
		if m := a.place.member; m != nil && n == 1 && now-a.looked >= longBody {
			m.remember(now-a.looked, now)
		}
	}
	a.looked, a.lookAt = now, a.tick
	if a.eager {
		a.stride = 1
	}
}

// askEachTime reports whether Running has to ask the votes at every call: once
// a stop is pending or a port has ended.
func (a *Actor) askEachTime() bool { return a.portEnded || a.g.life() >= stopRequested }

// flush publishes what finished iterations sent, then releases what they took.
// What they kept comes first: what others see has been saved.
func (a *Actor) flush() {
	a.keep()
	if a.touched.some {
		a.flushTouched()
		return
	}
	for _, o := range a.outs {
		o.Publish(a.tick)
	}
	for _, i := range a.ins {
		i.Release(a.tick)
	}
}

func (a *Actor) keep() {
	for _, k := range a.kept {
		k.commit(a.tick)
	}
}

// refused is what a call that never waits does when it finds no message, or no
// room. All that the other side may be waiting for becomes visible. And the
// other side is asked for what it holds, as a wait would ask for it: it may be in
// long bodies by now, and look up only after as many as were short before. Once
// each lookEvery is enough, and spares it from looking at each boundary. refused
// reports whether it is time to ask.
func (a *Actor) refused(asked *time.Duration) bool {
	a.flush()
	now := a.g.sched.Now()
	if *asked != 0 && now-*asked < lookEvery {
		return false
	}
	*asked = now
	return true
}

func (o *outPort) refused() {
	if o.a.refused(&o.Asked) {
		o.Ask()
	}
}

func (i *inPort) refused() {
	if i.a.refused(&i.Asked) {
		i.Ask()
	}
}

// settle prepares for parking: everything that another actor may be waiting
// for has to be visible. If the open iteration has sent something, that is
// published too, and the iteration is torn.
func (a *Actor) settle() {
	for _, o := range a.touched.outs {
		if o.Open(a.tick) {
			a.tear()
			return
		}
	}
	a.flush()
}

func (a *Actor) tear() {
	if a.tornTick != a.tick {
		a.tornTick, a.tornSent = a.tick, 0
		a.torn.Add(1)
	}
	a.keep()
	for _, o := range a.touched.outs {
		a.tornSent += o.Staged(a.tick)
		o.PublishOpen()
	}
	for _, i := range a.touched.ins {
		i.Release(a.tick)
	}
}

// rollback takes the ports back to the last boundary, because of a failure or
// not. To call it again changes nothing.
func (a *Actor) rollback(failed bool) {
	if a.tornTick == a.tick {
		a.tornTick = 0
		a.tornLost.Add(1)
		a.sentTwice += a.tornSent
	}
	for _, o := range a.outs {
		o.Rollback(a.tick)
	}
	a.forget()
	for _, i := range a.ins {
		if _, n := i.Pending(a.tick); n > 0 && failed {
			a.took = true
		}
		if p := i.e.poison; p != nil && failed {
			p.note(i, a.tick)
		}
		i.Rollback(a.tick)
	}
	for _, k := range a.kept {
		k.rollback(a.tick)
	}
}

// enter and leave bracket a range over an input, which has a number. The first
// of several is the outermost, whose bodies are iterations. Ranges that overlap
// (iter.Pull makes a coroutine of each) need not end in the opposite order: when
// the outermost ends before others, the first of those to end a body takes its
// place; see leads.
func (a *Actor) enter() (number uint64) {
	a.depth++
	a.step = 0
	a.ranges++
	if a.depth == 1 {
		a.outer = a.ranges
	}
	return a.ranges
}

// leave reports whether the range was the outermost.
func (a *Actor) leave(number uint64) (outermost bool) {
	outermost = a.outer == number
	if outermost {
		a.outer = 0
	}
	a.depth--
	if a.depth == 0 {
		a.step, a.outer = 1, 0
	}
	return outermost
}

// leads reports whether the end of a body of this range is a boundary.
func (a *Actor) leads(number uint64) bool {
	if a.outer == 0 {
		a.outer = number
	}
	return a.outer == number
}
