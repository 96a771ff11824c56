// Package steadytest tests services that are made with package steady: one
// actor, a whole graph with some of its actors mocked, all the orders in which
// its actors may act, and how fast it is. The lesson is docs/lessons/testing.md.
//
// # One actor, and a whole graph
//
// [Run] gives a test a [Harness] in a bubble of testing/synctest. [Feed] and
// [Collect] make the channels of the actor under test; [Source], [Stage], [Sink]
// and [Harness.Actor] add it. Or [Harness.Graph] takes the function that builds
// the graph in production; [Mock] puts a script in the place of an actor, [Tap]
// watches a channel, [Graph.Freeze] holds one shut. Nothing has to be waited for:
// whoever looks waits until nobody has anything to do, and time passes only in
// [Harness.Sleep] and the like.
//
// # Simulation
//
// [Simulate] runs the function that builds the graph in production many times.
// All actors run on one thread, as coroutines, under a virtual clock. Wherever
// an actor waits, or reaches a boundary at which it looks up, a seed decides who
// goes on; it also
// decides when an actor panics, stands still, or is told to stop. The ring, the
// waits, the votes, the restarts and the troupes are those of production. After
// each turn it looks whether anything was lost, doubled or reordered in a
// channel, whether more was in it than fits, whether what was finished is hidden
// from somebody who sleeps, whether a wake-up was lost, and whether nobody can
// go on. An actor that uses a port or sets a state of another one is named, with
// the owner. Every run has to end without an error of Serve.
// What an actor owes for a message nobody knows: say it with [Graph.Ensure], or
// [EachOnce].
//
// With the build tag steadysim there are more places at which the seed decides:
// between the atomic steps of the library, and between two calls of a body. Use
// it for tests that do nothing but simulate, since no other actor may run in the
// process meanwhile.
//
//	go test -tags steadysim -run Simulation ./...
//
// A failure comes with its seed and with the simplest schedule that was found to
// show it. -steadytest.seed=N runs that seed again, step by step as it was, and
// prints it; -steadytest.seeds=N has every simulation run so many.
//
// Outside of a simulation is what an actor does without the library. It must not
// wait for anything but its ports and the clock of its graph (a Go channel, a
// mutex that another actor holds over a wait, a socket): then nobody goes on, and
// after ten seconds the process ends with the name of the actor. What it does must
// depend on nothing else: not on time.Now, on goroutines of its own, on the order
// of a map or on random numbers; the first seeds are run twice, and one that goes
// another way, or has other messages, fails the test. An actor in [steady.Actor.Blocking] is at its call
// for no time at all. Memory order is outside, too: that is for the race detector.
//
// # Load
//
// [Load] drives the graph of production, on its goroutines and the real clock, at
// a rate or as fast as possible, and tells throughput, waits and fills as text and
// as metrics of a benchmark.
package steadytest
