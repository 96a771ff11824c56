package steadytest

import (
	"bytes"
	"fmt"
	"runtime"
	"time"
)

// outside is how long an actor of a simulation may be in code of its own.
var outside = 10 * time.Second

// bark ends the test: nobody can take the thread from an actor that keeps it.
var bark = func(text string) { panic(text) }

// watch looks whether all flows of a run come back, until the returned function
// is called.
func watch(r *run) (stop func()) {
	done, bark := make(chan struct{}), bark
	tick := time.NewTicker(outside / 2)
	go func() {
		defer tick.Stop()
		still := 0 // ticks in a row without a step; one may be that of a process that was stopped
		for turns := r.w.Turns(); ; {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			still++
			if now := r.w.Turns(); now != turns {
				turns, still = now, 0
			}
			if still == 2 {
				bark(r.keeps())
			}
		}
	}()
	return func() { close(done) }
}

// keeps says who keeps the thread, and where.
func (r *run) keeps() string {
	who := "nobody"
	if i := int(r.awake.Load()); i >= 0 && i < len(r.actors) {
		who = r.actors[i].Name
	}
	return fmt.Sprintf("steadytest: actor %q has not come back to the library for %v: it waits for something outside of the simulation, or goes round in code of its own\n\n%s",
		who, outside, stacks())
}

// restless is how long a harness waits for a graph to come to rest, in real time.
var restless = time.Minute

// watch looks whether the graph comes to rest whenever the test waits for that,
// until the returned function is called. What it returns says who waits outside of
// the bubble; that test is over then. A graph in which somebody always has
// something to do ends the process: nobody can stop it.
func (h *Harness) watch() (stuck <-chan string, stop func()) {
	done, said, bark := make(chan struct{}), make(chan string, 1), bark
	each := min(outside, restless) / 8
	tick := time.NewTicker(each)
	go func() {
		defer tick.Stop()
		var was moment
		still, waiting := 0, 0 // ticks in a row; the process may have been stopped meanwhile
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			now := moment{h.waits.Load(), h.story.count()}
			still, waiting = still+1, waiting+1
			if now.lines != was.lines {
				still = 0
			}
			if now.waits%2 == 0 || now.waits != was.waits {
				still, waiting = 0, 0
			}
			was = now
			if time.Duration(still)*each >= outside*3/4 {
				if text := h.outsiders(); text != "" {
					said <- text
					return
				}
			}
			if time.Duration(waiting)*each >= restless {
				bark(fmt.Sprintf("steadytest: the graph does not come to rest: somebody always has something to do, and no time passes; mock a source that does not wait, or freeze its channel%s", h.story.String()))
			}
		}
	}()
	return said, func() { close(done) }
}

// moment is what a harness had done at a time.
type moment struct {
	waits uint64 // odd while the test waits for the graph to rest
	lines int    // of its story
}

// stacks returns those of the goroutines that are flows and have the control.
func stacks() []byte {
	buf := make([]byte, 1<<20)
	var found []byte
	for s := range bytes.SplitSeq(buf[:runtime.Stack(buf, true)], []byte("\n\n")) {
		head, _, _ := bytes.Cut(s, []byte("\n"))
		if bytes.Contains(s, []byte("sim.(*Flow).call")) && !bytes.Contains(head, []byte("[coroutine")) {
			found = append(append(found, s...), "\n\n"...)
		}
	}
	return found
}
