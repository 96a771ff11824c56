package steady

// Spec is an actor that is being wired: claim its ports with Chan.Tx and
// Chan.Rx, then give it a body with Run.
type Spec struct{ a *Actor }

// Option configures one actor: where it runs, how it restarts, which State it
// owns.
type Option interface{ apply(*Actor) }

type optionFunc func(*Actor)

func (f optionFunc) apply(a *Actor) { f(a) }

// Actor adds an actor to the graph. The name must be unique.
func (g *Graph) Actor(name string, opts ...Option) *Spec {
	g.build("Actor", name)
	a := newActor(g, len(g.actors), name)
	if name == "" {
		g.mistake("actor %d has no name", a.id)
	}
	for _, o := range opts {
		if o == nil {
			g.mistake("actor %q: an option is nil", name)
			continue
		}
		o.apply(a)
	}
	g.actors = append(g.actors, a)
	return &Spec{a: a}
}

// Run sets the body of the actor. It is called when the graph starts and again
// after each failure; returning nil ends the actor for good. See the package
// documentation for what an iteration is.
func (s *Spec) Run(body func(*Actor) error) {
	s.a.g.build("Run of actor", s.a.name)
	if s.a.body != nil {
		s.a.g.mistake("actor %q has two bodies", s.a.name)
	}
	s.a.body = body
}

// Name returns the name of the actor.
func (s *Spec) Name() string { return s.a.name }

// Source adds an actor that only sends. Its body should loop on
// Actor.Running, which turns false when a stop is requested.
func Source[T any](g *Graph, name string, out *Chan[T], body func(*Actor, *Tx[T]) error, opts ...Option) {
	s := g.Actor(name, opts...)
	tx := out.Tx(s)
	if body != nil { // else Err says that there is none
		s.Run(func(a *Actor) error { return body(a, tx) })
	}
}

// Stage adds an actor that takes from one channel and sends to another. A body
// that ranges over Rx.All needs no more to stop cleanly.
func Stage[In, Out any](g *Graph, name string, in *Chan[In], out *Chan[Out], body func(*Actor, *Rx[In], *Tx[Out]) error, opts ...Option) {
	s := g.Actor(name, opts...)
	rx, tx := in.Rx(s), out.Tx(s)
	if body != nil {
		s.Run(func(a *Actor) error { return body(a, rx, tx) })
	}
}

// Sink adds an actor that only takes.
func Sink[T any](g *Graph, name string, in *Chan[T], body func(*Actor, *Rx[T]) error, opts ...Option) {
	s := g.Actor(name, opts...)
	rx := in.Rx(s)
	if body != nil {
		s.Run(func(a *Actor) error { return body(a, rx) })
	}
}
