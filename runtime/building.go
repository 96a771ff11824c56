package steady

import "fmt"

// build begins each call that adds to a graph. What is added after the start would
// be seen half, by goroutines that are under way: it is refused where it is done,
// with a panic, since most of these calls have no error to return.
func (g *Graph) build(what, name string) {
	if g == nil {
		panic(fmt.Errorf("steady: %s %q: the graph is nil", what, name))
	}
	g.setup()
	if g.started.Load() {
		panic(fmt.Errorf("steady: %s %q: %w: add everything before Run or Serve", what, name, ErrStarted))
	}
}

// claimed begins the claim of an end of a channel. A channel or an actor that is
// nil is a wiring mistake: what stands in for it belongs to no graph that runs.
func (c *Chan[T]) claimed(end string, s *Spec) (*Chan[T], *Actor) {
	switch {
	case c == nil && s == nil:
		panic(fmt.Errorf("steady: %s of a channel that is nil, for an actor that is nil", end))
	case s == nil:
		c.e.g.build(end, c.e.name)
		c.e.g.mistake("%s: %s for an actor that is nil", c.e.title(), end)
		return c, newActor(c.e.g, 0, "nil")
	case c == nil:
		s.a.g.build(end, "nil")
		s.a.g.mistake("actor %q: %s of a channel that is nil", s.a.name, end)
		c = newChan[T](new(Graph), "nil", 1)
		c.e.g = s.a.g
	default:
		c.e.g.build(end, c.e.name)
	}
	return c, s.a
}

// claimed is that of a channel for all lanes.
func (b *Bundle[T]) claimed(end string, s *Spec) (*Bundle[T], *Actor) {
	switch {
	case b == nil && s == nil:
		panic(fmt.Errorf("steady: %s of a bundle that is nil, for an actor that is nil", end))
	case s == nil:
		g := b.b.edges[0].g
		g.build(end, b.b.name)
		g.mistake("bundle %q: %s for an actor that is nil", b.b.name, end)
		return b, newActor(g, 0, "nil")
	case b == nil:
		s.a.g.build(end, "nil")
		s.a.g.mistake("actor %q: %s of a bundle that is nil", s.a.name, end)
		b = NewBundle[T](new(Graph), "nil", 1, 1)
		b.b.edges[0].g = s.a.g
	default:
		b.b.edges[0].g.build(end, b.b.name)
	}
	return b, s.a
}

// orNil stands in for a channel of bytes that is nil.
func (c *ByteChan) orNil() *ByteChan {
	if c == nil {
		return &ByteChan{buf: make([]byte, 1)}
	}
	return c
}

// messages is the channel of the messages, nil for a channel of bytes that is nil.
func (c *ByteChan) messages() *Chan[span] {
	if c == nil {
		return nil
	}
	return c.c
}
