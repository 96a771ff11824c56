//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package screen

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// deadly are the signals that end a process and can be caught. Those that the
// hardware sends for a fault of the program are not among them: the Go runtime
// makes panics or fatal errors of them.
var deadly = []os.Signal{
	unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGABRT, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2,
	unix.SIGALRM, unix.SIGVTALRM, unix.SIGXCPU, unix.SIGXFSZ, unix.SIGIO, unix.SIGSYS, unix.SIGTRAP,
}

// watchSignals catches what concerns the terminal.
func (t *Terminal) watchSignals() {
	signal.Notify(t.signals, append([]os.Signal{unix.SIGWINCH, unix.SIGCONT, unix.SIGTSTP}, deadly...)...)
	// A broken standard error must end a write and not the process.
	signal.Notify(t.pipes, unix.SIGPIPE)
	t.start(func() {
		for {
			select {
			case <-t.done:
				return
			case s := <-t.signals:
				t.signalled(s)
			}
		}
	})
}

func (t *Terminal) stopSignals() {
	signal.Stop(t.signals)
	signal.Stop(t.pipes)
}

func (t *Terminal) signalled(s os.Signal) {
	switch s {
	case unix.SIGWINCH:
		t.resized()
		poke(t.kick)
	case unix.SIGTSTP:
		go func() {
			defer t.Guard()
			_ = t.Suspend()
		}()
	case unix.SIGCONT:
		t.continued()
	default:
		code := 1
		if n, ok := s.(syscall.Signal); ok {
			code = 128 + int(n)
		}
		go t.die(Death{Signal: s, Code: code})
	}
}

// ignoreBackground lets the process change the modes of a terminal in whose
// background it is, where it would be stopped for that.
func ignoreBackground() { signal.Ignore(unix.SIGTTOU) }

// Suspend gives the terminal to the shell and stops the process, as ctrl-z
// does for programs that do not read single keys. It returns when the process
// is in the foreground again. Without a shell that could continue it, Suspend
// does nothing and returns ErrNoShell.
func (t *Terminal) Suspend() error {
	if orphaned() {
		return ErrNoShell
	}
	if !t.suspending.CompareAndSwap(false, true) {
		return nil
	}
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)

	t.life.take()
	t.leave(leaveWithin)
	t.life.give()
	if t.gone() {
		return nil
	}
	// The whole job stops, as if the kernel had seen the key. The Go runtime
	// cannot bring back the signal's own effect on this process once it was
	// caught, hence the second signal; the first must leave no trace here, or
	// it would suspend the process again when it comes back.
	signal.Ignore(unix.SIGTSTP)
	_ = unix.Kill(0, unix.SIGTSTP)
	signal.Notify(t.signals, unix.SIGTSTP)
	_ = unix.Kill(unix.Getpid(), unix.SIGSTOP)
	for waiting := true; waiting; {
		select {
		case <-t.done:
			return nil
		case <-continued:
		}
		if t.gone() {
			return nil
		}
		waiting = !t.foreground() // "bg" continues it, but the terminal is the shell's
	}
	t.life.take()
	defer t.life.give()
	if t.gone() {
		return nil
	}
	t.back = time.Now()
	t.suspending.Store(false) // from here on the next request counts
	return t.enter()
}

// sameSignal is how soon after the end of Suspend a SIGCONT is taken for the
// one that ended it.
const sameSignal = 100 * time.Millisecond

func (t *Terminal) gone() bool { return t.closed.Load() || t.dying.Load() }

// continued takes the terminal over again after the process was stopped by
// someone who gave it no chance to give it back, as SIGSTOP does.
func (t *Terminal) continued() {
	if t.suspending.Load() || t.gone() {
		return
	}
	t.life.take()
	defer t.life.give()
	if t.gone() || !t.reading.Load() && !t.away || time.Since(t.back) < sameSignal {
		return
	}
	t.active.Store(false)
	if t.away = !t.foreground(); t.away {
		t.reading.Store(false)
		return
	}
	t.tty.writer.wake()
	t.send(t.o.Modes.leave())
	_ = t.enter()
}

// foreground reports whether the process may use the terminal.
func (t *Terminal) foreground() bool {
	pgrp, err := unix.IoctlGetInt(t.tty.in, unix.TIOCGPGRP)
	return err != nil || pgrp == unix.Getpgrp()
}

// orphaned reports whether no shell would continue the process, as with
// "ssh host steadytop" and "docker exec": a shell with job control leads the
// session, in a process group of its own, and started this process or an
// ancestor of it.
func orphaned() bool {
	sid, err := unix.Getsid(0)
	if err != nil || sid == unix.Getpgrp() {
		return true
	}
	parent, err := unix.Getsid(unix.Getppid())
	return err != nil || parent != sid
}
