// Package steady builds services out of actors that are joined by bounded,
// typed channels which never drop a message.
//
// An actor is a function with ports: it takes from its inputs, sends to its
// outputs, and keeps its state to itself. A [Graph] knows every actor and
// every channel before it starts, runs them, restarts what fails without
// losing or repeating a message, and stops as a whole when a signal comes:
// sources end, channels drain, and every actor that still has work says so.
//
//	g := &steady.Graph{Name: "furnace"}
//	temps := steady.NewChan[float64](g, "temps", 1024)
//	steady.Source(g, "sensor", temps, sense)
//	steady.Sink(g, "pager", temps, page)
//	if err := g.Run(context.Background()); err != nil {
//		log.Fatal(err)
//	}
//
// # Iterations
//
// What an actor takes and sends between two boundaries is one iteration, and
// it stands or falls together. Boundaries are the end of a body of [Rx.All] or
// [Rx.Batches], a call of [Actor.Running], a [Actor.Wait] or [Actor.WaitAny]
// outside of such a body, [Actor.Commit], and returning nil. When the actor
// panics or returns an error, its ports go back to the last boundary, the
// actor is started again, and the same message is at the head of its input:
// nothing is lost and nothing is sent twice. Break and return out of a body are
// no boundary. What an iteration does outside of its ports (files, sockets) is
// not undone.
//
// A body of a range is work under way: a request to stop ends none of its waits.
// If one is given up at the deadline, the iteration does not stand, and what it
// has taken is counted as left over.
//
// An iteration that waits after it has sent something, be it for room to send
// more, has to publish that before it is complete. Such an iteration is torn,
// and counted in telemetry. Should it fail then, what it had sent before its last
// wait comes twice, and nothing else does; nothing is lost.
//
// # The end of a job
//
// A graph ends by itself when its actors have: sources return nil, and what
// ranges over an input ends with it. A feedback loop cannot drain like that, since
// its members wait for each other. It ends once all its inputs from outside are
// closed and every member waits for a message or for room in the loop; then its
// feedback channels are closed, and the votes Drained say yes. A loop without
// inputs from outside ends when a stop is requested, or when a member has ended
// by itself and the others wait for nothing but each other. A wait for a time
// that names no input keeps a loop from its end, and the error of a stop says whose
// it is; a tick or a timeout beside an input does not. Whoever knows that the job is
// done calls [Actor.RequestShutdown].
//
// # Where actors run
//
// An actor is a goroutine unless an option says otherwise, and its body is the
// same wherever it runs. [Solo] gives it a thread of its own, on chosen cores if
// need be, and [Realtime] a priority, too: for what must not wait for a
// processor. [Troupe] lets many share one thread: they hand over fast, and what
// they share needs no locks, but one that works for long or blocks keeps the
// others waiting. What blocks outside of this library belongs into
// [Actor.Blocking].
//
// # Failures
//
// An actor that fails is started again, as often as [Restart] allows; after
// that the graph stops, and Run returns the cause. [Group] makes others start
// again with it, because they build on each other's locals. [Poison] sets a
// message aside on which an actor fails again and again. [Actor.Rollback] takes
// an iteration back without a failure; call it before a boundary, such as a wait,
// in a deferred function that has recovered, which commits the iteration otherwise.
//
// # State
//
// Locals end with each restart. A [State] does not: it is part of the iteration
// like a port, so that it agrees with the messages that were taken, and with
// [Persist] it survives the process.
package steady
