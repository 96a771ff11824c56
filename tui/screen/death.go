package screen

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
	"unicode"
)

// Death is why the process has to end. The terminal was given back when
// Options.OnDeath is called with it. What OnDeath starts, and what the rest of
// the program does to end by itself, has Options.Grace; then the process ends
// with Code. A program that called Close in that time is left to end by
// itself.
type Death struct {
	Signal os.Signal // what was received, if it was a signal
	Lost   bool      // the terminal is gone
	Panic  any       // what a goroutine under Guard panicked with
	Stack  []byte    // of that goroutine
	Code   int       // the exit code: 128 and the number of the signal, 129 for a lost terminal, 2 for a panic
}

// Error says why in words.
func (d Death) Error() string {
	switch {
	case d.Signal != nil:
		return "received signal: " + d.Signal.String()
	case d.Lost:
		return errLost.Error()
	}
	return fmt.Sprint("panic: ", d.Panic)
}

// Guard gives the terminal back when the goroutine panics, tells the panic on
// standard error, and ends the process with 2. Every goroutine of a program
// that has a Terminal begins with
//
//	defer term.Guard()
//
// since a panic anywhere ends the process without running the deferred calls
// of other goroutines.
func (t *Terminal) Guard() {
	if r := recover(); r != nil {
		t.die(Death{Panic: r, Stack: debug.Stack(), Code: 2})
	}
}

// lost is called when the terminal is gone.
func (t *Terminal) lost() {
	if !t.closed.Load() && !t.dying.Load() {
		go t.die(Death{Lost: true, Code: 129})
	}
}

// die gives the terminal back and ends the process. Only the first death
// counts, and a second one ends the patience with it.
func (t *Terminal) die(d Death) {
	if !t.dying.CompareAndSwap(false, true) {
		t.tell(d)
		t.o.exit(d.Code)
		return
	}
	ignoreBackground()
	t.tty.writer.wake()
	if t.life.takeWithin(leaveWithin) {
		t.leave(leaveWithin)
		t.life.give()
	} else {
		t.tty.cook()
	}
	t.keys.close()
	t.tell(d)
	told := make(chan struct{})
	go func() {
		defer close(told)
		if t.o.OnDeath != nil {
			t.o.OnDeath(d)
		}
	}()
	grace := time.NewTimer(t.o.Grace)
	defer grace.Stop()
	if t.o.OnDeath == nil || d.Panic != nil {
		// Nobody will end the program, or the one who could has panicked.
		select {
		case <-told:
		case <-grace.C:
		}
		t.o.exit(d.Code)
		return
	}
	select {
	case <-t.done:
	case <-grace.C:
		t.o.exit(d.Code)
	}
}

// tell writes a panic to standard error, as the runtime would have, but without
// control characters: the value may quote what came from outside.
func (t *Terminal) tell(d Death) {
	if d.Panic != nil {
		text := fmt.Sprintf("panic: %v\n\n%s", d.Panic, d.Stack)
		fmt.Fprint(t.o.stderr, strings.Map(func(r rune) rune {
			if r != '\n' && r != '\t' && !unicode.IsGraphic(r) {
				return replacement
			}
			return r
		}, text))
	}
}
