package main

import (
	"slices"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// A shop sends at its pace, and ends at once when it is to stop.
func TestShop(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		out := steadytest.Collect[order](h)
		s := shop{every: 40 * time.Millisecond, books: &books{}, sent: steady.NewState(h.Steady(), "sent", tally{})}
		steadytest.Source(h, out, s.run, s.sent)
		h.Sleep(130 * time.Millisecond)
		out.Want(order{id: 1}, order{id: 2}, order{id: 3})
		h.RequestStop()
		h.WantEnded("actor")
		h.Stop()
		if got, want := s.sent.Get(), (tally{3, 6}); got != want {
			t.Errorf("it counted %v, want %v", got, want)
		}
	})
}

// What nobody can read is set aside after two failures, with the reason, and the
// orders behind it go on.
func TestParse(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed(h, order{id: 6}, order{id: 7}, order{id: 8}), steadytest.Collect[order](h)
		dead := in.Poison(2)
		steadytest.Stage(h, in, out, parse{unreadable: 7}.run)
		out.WantEventually(order{id: 6}, order{id: 8})
		if dead.Len() != 1 {
			t.Fatalf("%d dead letters, want one", dead.Len())
		}
		d := dead.All()[0]
		if d.Message.id != 7 || d.Failures != 2 || d.Err == nil || d.Err.Error() != "order 7 is not readable" {
			t.Errorf("the dead letter is %+v", d)
		}
	})
}

// The gate makes one stream of what two shops send, each in its order.
func TestGate(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(func(g *steady.Graph) { build(g, small, roomy()) })
		var low, high []order
		for id := range uint64(50) {
			low, high = append(low, order{id: 1000 + id}), append(high, order{id: 2000 + id})
		}
		steadytest.Mock(g, "eu.shop.0", steadytest.Send(low...))
		steadytest.Mock(g, "eu.shop.1", steadytest.Send(high...))
		steadytest.Mock(g, "eu.shop.2")
		steadytest.Mock(g, "eu.parse")
		raw := steadytest.Tap[order](g, "eu.raw").All()
		isLow := func(o order) bool { return o.id < 2000 }
		if got := slices.DeleteFunc(slices.Clone(raw), isLow); !slices.Equal(got, high) {
			t.Errorf("of one shop came %v", got)
		}
		if got := slices.DeleteFunc(raw, func(o order) bool { return !isLow(o) }); !slices.Equal(got, low) {
			t.Errorf("of the other shop came %v", got)
		}
	})
}
