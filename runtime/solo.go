package steady

// placement is what an actor runs on: a goroutine, or a thread.
type placement struct {
	solo bool
}

// Solo gives the actor an operating system thread of its own, for as long as
// one incarnation of it runs. The default is a goroutine, which hands over to
// other actors ten to a hundred times faster: use Solo for an actor that must
// not wait for a processor, or that calls code which depends on its thread.
func Solo() Option { return optionFunc(func(a *Actor) { a.place.solo = true }) }

// claimThread is the first thing that the flow of an actor does: it prepares
// the thread that the actor has to itself.
func (a *Actor) claimThread() {}
