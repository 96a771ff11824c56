package steady

// checkDeadlock runs when an actor is armed on e with no other way out, and
// about to park. Thresholds that together ask for more than a channel has
// would keep both sides parked for ever; that is a mistake in the program, so
// the graph stops and says which. (While a stop is pending waits return by
// themselves, and nothing is reported.)
func (g *Graph) checkDeadlock(e *edge) {
	avail, vacant, held, stuck := e.core.Stuck()
	if !stuck || e.to.doomed.Swap(true) {
		return
	}
	e.from.doomed.Store(true)
	g.fail(&DeadlockError{
		Channel: e.name, Capacity: e.capacity, Bytes: e.bytes,
		Receiver: e.to.name, Avail: int(avail), Held: int(held),
		Sender: e.from.name, Vacant: int(vacant),
	}, "deadlock on channel "+e.name)
	e.to.nudge()
	e.from.nudge()
}

// nudge makes the actor look up at its next boundary, or now if it is parked.
func (a *Actor) nudge() {
	a.checkAt.Store(0)
	a.parker.Wake()
}
