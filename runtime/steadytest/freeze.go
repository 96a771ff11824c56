package steadytest

import "time"

// settle is Settle for a graph of a harness; in a simulation it does nothing.
func (g *Graph) settle() {
	g.tb.Helper()
	if g.h != nil {
		g.h.Settle()
	}
}

func (g *Graph) patience() time.Duration {
	if g.h == nil || g.h.Patience == 0 {
		return time.Minute
	}
	return g.h.Patience
}

func (g *Graph) story() string {
	if g.h == nil {
		return ""
	}
	return g.h.story.String()
}

// Freeze keeps from the receiver of a channel what is sent from now on, and that
// the channel ended, until Thaw: the channel fills up, and its sender has to wait
// for room. If the graph runs already, Freeze settles before. A feedback loop does
// not come to rest while a channel of it, or into it, is frozen.
func (g *Graph) Freeze(channel string) {
	g.tb.Helper()
	if g.h == nil {
		g.tb.Fatalf("steadytest: Freeze is for the graph of a harness")
	}
	i := g.channel(channel)
	if !g.h.started {
		g.frozen = append(g.frozen, i)
		return
	}
	g.h.Settle()
	g.rig.Freeze(i)
}

// Thaw undoes Freeze, and settles.
func (g *Graph) Thaw(channel string) {
	g.tb.Helper()
	i := g.channel(channel)
	g.settle()
	if !g.rig.Frozen(i) {
		g.tb.Fatalf("steadytest: channel %q is not frozen", channel)
	}
	g.rig.Thaw(i)
	g.settle()
}

// Len returns how many messages are in a channel at the moment.
func (g *Graph) Len(channel string) int {
	g.tb.Helper()
	i := g.channel(channel)
	g.settle()
	sent, taken := g.rig.Counters(i)
	return int(sent - taken)
}
