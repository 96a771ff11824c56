package steady

// placement is what an actor runs on: a goroutine, a thread of its own, or one
// that it shares.
type placement struct {
	solo   bool
	shared bool // with the others of the troupe
	troupe string
	member *member // set when the graph is prepared; nil unless shared
}

// pooled reports whether the actor is a goroutine among others.
func (p *placement) pooled() bool { return !p.solo && !p.shared }

// Solo gives the actor an operating system thread of its own, for as long as
// one incarnation of it runs. The default is a goroutine, which hands over to
// other actors ten to a hundred times faster: use Solo for an actor that must
// not wait for a processor, or that calls code which depends on its thread.
func Solo() Option { return optionFunc(func(a *Actor) { a.place.solo = true }) }

// claimThread is the first thing that the flow of an actor does: it prepares
// the thread that the actor has to itself.
func (a *Actor) claimThread() {}
