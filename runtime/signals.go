package steady

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// exitInterrupted is the code a process exits with after a second SIGINT.
const exitInterrupted = 130

// sameInterrupt is for how long further SIGINTs are taken for the first one: a
// terminal, a shell and a wrapper often hand on one Ctrl-C each. More than
// interruptCopies of them are meant, however soon they come.
const (
	sameInterrupt   = time.Second
	interruptCopies = 3
)

// stopSignals returns the signals that request a stop. What was ignored when
// the process started stays ignored: SIGHUP under nohup, SIGINT in the background
// of a script.
func stopSignals() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
	return slices.DeleteFunc(all, signal.Ignored)
}

// onSignals turns signals into requests to stop until the returned function is
// called. Nothing on its goroutine waits for code of the user, so a second SIGINT
// always comes through.
func (g *Graph) onSignals() (restore func()) {
	signals := make(chan os.Signal, 4)
	// A channel of its own: each write to a connection that its peer has closed
	// makes a SIGPIPE, too, and they must not push out the others.
	pipes := make(chan os.Signal, 1)
	done := make(chan struct{})
	if asked := stopSignals(); len(asked) > 0 { // Notify without signals means all
		signal.Notify(signals, asked...)
	}
	unmute := outlivePipes(pipes)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var i interrupts
		for {
			select {
			case <-done:
				return
			case s := <-signals:
				if s == os.Interrupt && i.another(time.Now()) {
					g.interrupted()
				}
				g.signalled.Store(true)
				g.requestStop("signal: " + s.String())
			case <-pipes:
				if name := brokenOutput(); name != "" {
					g.signalled.Store(true)
					g.requestStop("signal: broken pipe: nobody reads " + name)
				}
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
		<-ended
		if !g.signalled.Load() {
			unmute()
		}
	}
}

// interrupted ends the process at once, but for a moment for states and the log.
func (g *Graph) interrupted() {
	g.alarm().Error("the process ends at once: interrupted again", "code", exitInterrupted)
	g.saveNow()
	g.journal.flush(lastMoment)
	os.Exit(exitInterrupted)
}

// interrupts counts SIGINTs.
type interrupts struct {
	first time.Time
	n     int
}

// another reports whether one that comes now is another one than the first.
func (i *interrupts) another(now time.Time) bool {
	if i.n++; i.n == 1 {
		i.first = now
	}
	return i.n > interruptCopies || now.Sub(i.first) >= sameInterrupt
}
