package steady

import (
	"fmt"
	"runtime"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/origin"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Ballot is one question of Running: Rx.Drained, Tx.Closed, the same of a
// bundle, or Vote.
type Ballot struct {
	kind  ballotKind
	lanes bool // it is about all lanes of the bundle that the port is one of
	rx    *inPort
	tx    *outPort
	name  string
	ok    func() bool
}

type ballotKind uint8

const (
	ballotAsk ballotKind = iota
	ballotDrained
	ballotClosed
)

// Vote asks ok, on the goroutine of the actor, whether it may stop; what is
// shown as the reason of a veto. ok must not wait and must not use ports.
func Vote(what string, ok func() bool) Ballot { return Ballot{kind: ballotAsk, name: what, ok: ok} }

// vote is what the actor last answered. It is immutable; the live values of
// its reason are read when somebody asks for them.
type vote struct {
	answer telemetry.Vote
	ballot Ballot
	index  int // of the ballot
	since  time.Duration
	pc     uintptr // of the call of Running
}

func (b *Ballot) yes() bool {
	switch b.kind {
	case ballotDrained:
		if b.lanes {
			return b.rx.set.drained()
		}
		return b.rx.Closed() && b.rx.Avail() == 0
	case ballotClosed:
		return true
	default:
		return b.ok()
	}
}

// reason puts a veto into words, with the values of this moment. It may be
// called from anywhere.
func (v *vote) reason() string {
	if v.answer != telemetry.VoteVeto {
		return ""
	}
	if v.ballot.kind == ballotAsk {
		return "not yet: " + v.ballot.name
	}
	e := v.ballot.rx.e
	if v.ballot.lanes {
		return e.bundle.left()
	}
	sent, taken := e.core.Counters()
	sender := "sender running"
	if e.core.Closed() {
		sender = "sender done"
	}
	return fmt.Sprintf("%s: %d left, %s", e.name, sent-taken, sender)
}

// where returns file:line of the call of Running that asked.
func (v *vote) where() string {
	if v.pc == 0 {
		return ""
	}
	f, _ := runtime.CallersFrames([]uintptr{v.pc}).Next()
	return origin.Place(f.File, f.Line)
}

// Running is the head of an actor's loop: it ends one iteration, which then
// stands, and reports whether to go on with another. Before a stop is requested
// it is true. After that, and when a wait found that a port has ended, it asks
// the votes in order: the first "no" is a veto, recorded with its reason for
// whoever watches, and Running stays true; when all say yes, or there are none,
// it turns false. When the graph has given up waiting it is false whatever the
// votes say. Running never waits.
func (a *Actor) Running(votes ...Ballot) bool {
	a.tick += a.step
	if a.tick < a.checkAt.Load() {
		return true
	}
	return a.ask(votes)
}

//go:noinline
func (a *Actor) ask(votes []Ballot) bool {
	if a.step != 0 && a.broke() {
		return false
	}
	if a.g.probe != nil {
		a.probed(a.step != 0)
	}
	if !a.lookUp() {
		return false
	}
	if !a.askEachTime() {
		return true
	}
	for i := range votes {
		if !votes[i].yes() {
			a.veto(i, votes[i])
			return true
		}
	}
	a.vote.Store(&vote{answer: telemetry.VoteYes, since: a.g.sched.Now()})
	for _, v := range votes {
		switch {
		case v.kind != ballotClosed:
		case v.lanes:
			for _, o := range v.tx.set.outs {
				a.closeNow(o)
			}
		default:
			a.closeNow(v.tx)
		}
	}
	return false
}

// closeNow ends a channel before the body returns. What the open iteration has
// sent (Running in a range) has to be visible before that.
func (a *Actor) closeNow(o *outPort) {
	if o.Open(a.tick) {
		a.tear()
	}
	o.Close(a.tick)
	if a.g.drain != nil {
		a.g.drain.Wake() // it may have been the last input of a loop
	}
}

// veto records the ballot that said no, unless it already stands.
func (a *Actor) veto(i int, b Ballot) {
	if v := a.vote.Load(); v != nil && v.answer == telemetry.VoteVeto && v.index == i && v.ballot.name == b.name && v.ballot.rx == b.rx {
		return
	}
	var pc [1]uintptr
	runtime.Callers(4, pc[:]) // veto, ask, Running, its caller
	a.vote.Store(&vote{answer: telemetry.VoteVeto, ballot: b, index: i, since: a.g.sched.Now(), pc: pc[0]})
}
