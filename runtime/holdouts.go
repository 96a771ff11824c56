package steady

import (
	"bytes"
	"runtime"
	"strconv"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// findHoldouts says who has not ended and why. It runs at the deadline.
func (g *Graph) findHoldouts() []Holdout {
	stacks := goroutineStacks()
	g.mu.Lock()
	stopAt := g.stopAt
	g.mu.Unlock()
	var hs []Holdout
	for _, a := range g.actors {
		if a.over.Load() {
			continue
		}
		h := a.holdout(stopAt)
		if h.keeps = a.restless(a.clock.state()); h.keeps != "" {
			h.waits = false // the others wait for it
		}
		h.Stack = stacks[a.goid.Load()]
		hs = append(hs, h)
	}
	return hs
}

// holdout says why the actor has not ended. The clock of the graph is read after
// what it is compared with: no age is below 0.
func (a *Actor) holdout(stopAt time.Duration) Holdout {
	h := Holdout{Actor: a.name}
	if v := a.vote.Load(); v != nil && v.answer == telemetry.VoteVeto {
		h.Where, h.waits = v.where(), v.waits()
		h.Reason = "refused: " + v.reason()
		switch {
		case h.waits:
			h.Reason = "waits: " + v.reason()
		case v.ballot.kind == ballotDrained:
			h.works, h.Reason = true, "still works: "+v.reason()
		}
		h.Age = max(0, a.g.sched.Now()-v.since)
		return h
	}
	s, since := a.clock.read(nil, 0)
	h.Silent, h.Reason = true, "did not answer: "+a.doing(s)
	h.waits = s == telemetry.StateWaiting || s == telemetry.StateBlocked
	h.Age = max(0, a.g.sched.Now()-max(since, stopAt))
	return h
}

// tellRefusals logs who refuses to stop, by a vote of its own.
func (g *Graph) tellRefusals() {
	told := 0
	for _, a := range g.actors {
		if told == most {
			return
		}
		if v := a.vote.Load(); v != nil && v.answer == telemetry.VoteVeto && v.ballot.kind == ballotAsk && !a.over.Load() {
			g.alarm().Warn("stop refused", "actor", a.name, "reason", v.reason(), "where", v.where())
			told++
		}
	}
}

// waits reports whether a veto is none of the actor's own: it would end if the
// sender of an input that is empty did.
func (v *vote) waits() bool {
	b := &v.ballot
	if b.kind != ballotDrained {
		return false
	}
	ins := []*inPort{b.rx}
	if b.lanes {
		ins = b.rx.set.ins
	}
	open := false
	for _, i := range ins {
		if sent, taken := i.e.core.Counters(); sent > taken {
			return false
		}
		open = open || !i.e.core.Closed()
	}
	return open
}

// goroutineStacks returns the stack of every goroutine by its id.
func goroutineStacks() map[uint64]string {
	// The world stands still at each try, so the first should be enough.
	buf := make([]byte, min(1<<14+runtime.NumGoroutine()<<11, 16<<20))
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) || len(buf) >= 16<<20 {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 4*len(buf))
	}
	stacks := map[uint64]string{}
	for s := range bytes.SplitSeq(buf, []byte("\n\n")) {
		head, _, _ := bytes.Cut(bytes.TrimPrefix(s, []byte("goroutine ")), []byte(" "))
		if id, err := strconv.ParseUint(string(head), 10, 64); err == nil {
			stacks[id] = string(s)
		}
	}
	return stacks
}
