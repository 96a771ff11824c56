package ring

import "sync/atomic"

// gate hides what comes after it was shut. Its zero value is open.
type gate struct {
	closed atomic.Bool
	at     atomic.Uint64 // the tail when it was shut
}

// close is called while the gate is open.
func (g *gate) close(tail uint64) {
	g.at.Store(tail)
	g.closed.Store(true)
}

func (g *gate) open() { g.closed.Store(false) }

func (g *gate) shut() bool { return g.closed.Load() }

// visible is what the receiver may see of tail.
func (c *Core) visible() uint64 {
	tail := c.tail.Load()
	if c.spy == nil || !c.spy.gate.shut() {
		return tail
	}
	return min(tail, c.spy.gate.at.Load())
}
