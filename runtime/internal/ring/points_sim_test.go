//go:build steadysim

package ring

import (
	"fmt"
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// atPoint has other happen at the n-th point of look, and reports whether that has so
// many. What other does has no points of its own.
func atPoint(n int, look, other func()) (reached bool) {
	defer func() { park.Hook = nil }()
	at := 0
	park.Hook = func() {
		if at++; at == n {
			reached = true
			hook := park.Hook
			park.Hook = nil
			other()
			park.Hook = hook
		}
	}
	look()
	return reached
}

// pair is a ring with both its ends.
type pair struct {
	*Ring[int]
	s    Sender
	r    Receiver
	tick uint64
}

func newPair(capacity int) *pair {
	p := &pair{Ring: New[int](capacity), tick: 1}
	p.s = NewSender(p.Core, nil, func() {})
	p.r = NewReceiver(p.Core, nil, func() {})
	p.SetPeers(Peer{Parker: park.New()}, Peer{Parker: park.New()})
	return p
}

func (p *pair) send(n uint64) {
	p.s.Vacant()
	p.s.Stage(p.tick, n)
	p.tick++
	p.s.Publish(p.tick)
}

func (p *pair) take(n uint64) {
	p.r.Avail()
	p.r.Take(p.tick, n)
	p.tick++
	p.r.Release(p.tick)
}

// Whatever happens between two steps of a look from outside, the fill that it finds is
// one that the ring had.
func TestPointsOfCounters(t *testing.T) {
	for n := 1; ; n++ {
		p := newPair(2)
		p.send(2)
		had := map[[2]uint64]bool{{2, 0}: true}
		var sent, taken uint64
		reached := atPoint(n, func() { sent, taken = p.Counters() }, func() {
			for range 5 {
				p.take(2)
				had[[2]uint64{p.tail.Load(), p.head.Load()}] = true
				p.send(2)
				had[[2]uint64{p.tail.Load(), p.head.Load()}] = true
			}
		})
		if !had[[2]uint64{sent, taken}] {
			t.Errorf("at point %d: %d were sent and %d taken, which never was", n, sent, taken)
		}
		if !reached {
			return
		}
	}
}

// Two sides that both wait are stuck only if they did so all the while: if one of them
// went on between two steps of the look, or waits again in another way, they are not.
func TestPointsOfStuck(t *testing.T) {
	waits := func() *pair {
		p := newPair(4)
		p.send(2)
		p.s.Arm(3, true)
		p.r.Arm(3, true)
		return p
	}
	if _, _, _, stuck := waits().Stuck(); !stuck {
		t.Fatal("a deadlock is not seen")
	}
	for name, other := range map[string]func(p *pair){
		"the receiver goes on": func(p *pair) { p.r.Disarm() },
		"the sender goes on":   func(p *pair) { p.s.Disarm() },
		"the receiver waits for less, with another way out": func(p *pair) {
			p.r.Disarm()
			p.r.Arm(3, false)
		},
		"the sender waits with another way out": func(p *pair) {
			p.s.Disarm()
			p.s.Arm(3, false)
		},
		"the receiver takes one, and waits up to the same message": func(p *pair) {
			p.r.Disarm()
			p.take(1)
			p.r.Arm(2, true)
		},
		"the receiver takes all, and waits for as many": func(p *pair) {
			p.r.Disarm()
			p.take(2)
			p.r.Arm(1, true)
		},
		"the sender sends what it waited for": func(p *pair) {
			p.s.Disarm()
			p.send(1)
		},
		"the channel ends": func(p *pair) { p.closed.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				p := waits()
				var what string
				stuck := false
				reached := atPoint(n, func() {
					rx, tx, held, is := p.Stuck()
					stuck, what = is, fmt.Sprintf("the receiver for %d, holding %d, the sender for %d", rx, held, tx)
				}, func() { other(p) })
				if !reached {
					return
				}
				if stuck {
					t.Errorf("at point %d: stuck, %s", n, what)
				}
			}
		})
	}
}
