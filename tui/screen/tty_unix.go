//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package screen

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// tty is the terminal as the kernel sees it.
type tty struct {
	in, out int // for keys and termios; for size and hang-ups
	w       int // for writing: an own non-blocking description of out, or out itself
	own     bool
	saved   unix.Termios
	isRaw   bool
	stdin   *os.File // /dev/tty, when standard input is something else; kept from being collected

	reader, writer *waker
}

// openTTY checks that both files are terminals. When in is not, because
// something is piped into the program, keys come from /dev/tty.
func openTTY(in, out *os.File) (*tty, error) {
	y := &tty{in: int(in.Fd()), out: int(out.Fd())}
	if !isTTY(y.out) {
		return nil, fmt.Errorf("screen: %s: %w", out.Name(), ErrNotTerminal)
	}
	if !isTTY(y.in) {
		f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
		if err != nil {
			return nil, fmt.Errorf("screen: %s: %w", in.Name(), ErrNotTerminal)
		}
		y.stdin, y.in = f, int(f.Fd())
	}
	var err error
	if y.reader, err = newWaker(); err != nil {
		return nil, fmt.Errorf("screen: pipe: %w", err)
	}
	if y.writer, err = newWaker(); err != nil {
		y.reader.close()
		return nil, fmt.Errorf("screen: pipe: %w", err)
	}
	// The description of standard output is shared with the shell and with
	// whatever else was started from it, so it must not become non-blocking.
	y.w, y.own = y.out, false
	if fd, err := reopen(y.out); err == nil {
		y.w, y.own = fd, true
	}
	return y, nil
}

func (y *tty) close() {
	if y.own {
		_ = unix.Close(y.w)
	}
	if y.stdin != nil {
		_ = y.stdin.Close()
	}
	y.reader.close()
	y.writer.close()
}

func isTTY(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, ioctlGetTermios)
	return err == nil
}

// raw saves the state of the terminal and makes it hand over every byte as
// it comes. Output is not processed, which the painter's line feeds rely on.
func (y *tty) raw() error {
	old, err := unix.IoctlGetTermios(y.in, ioctlGetTermios)
	if err != nil {
		return fmt.Errorf("screen: reading terminal modes: %w", err)
	}
	if !y.isRaw {
		y.saved = *old
	}
	t := *old
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag &^= unix.CSIZE | unix.PARENB
	t.Cflag |= unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(y.in, ioctlSetTermios, &t); err != nil {
		return fmt.Errorf("screen: entering raw mode: %w", err)
	}
	y.isRaw = true
	return nil
}

// cook gives back the state that raw saved. It never waits for output to
// drain: on a terminal that nobody reads that is for ever.
func (y *tty) cook() {
	if y.isRaw {
		_ = unix.IoctlSetTermios(y.in, ioctlSetTermios, &y.saved)
		y.isRaw = false
	}
}

// size returns the size in cells; ok is false when the kernel does not know.
func (y *tty) size() (w, h int, ok bool) {
	s, err := unix.IoctlGetWinsize(y.out, unix.TIOCGWINSZ)
	if err != nil || s.Col == 0 || s.Row == 0 {
		return 0, 0, false
	}
	return int(s.Col), int(s.Row), true
}

// read reads what is there. It returns errLost when the terminal is gone, and
// nothing when a signal came between.
func (y *tty) read(b []byte) (int, error) {
	n, err := unix.Read(y.in, b)
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return 0, nil
	case err != nil || n == 0:
		return 0, errLost
	}
	return n, nil
}

// write writes b. It ends early when abort returns true, which is asked each
// time that the terminal does not take more, and whenever the writer's waker
// is rung; and at the deadline. Without an own description of the terminal it
// can block for as long as nobody reads the other end.
func (y *tty) write(b []byte, deadline time.Time, abort func() bool) error {
	for len(b) > 0 {
		if abort != nil && abort() {
			return errAborted
		}
		n, err := unix.Write(y.w, b[:min(len(b), writeChunk)])
		if n > 0 {
			b = b[n:]
		}
		switch err {
		case nil, unix.EINTR:
			continue
		case unix.EAGAIN:
		default:
			return errLost
		}
		timeout := -1
		if !deadline.IsZero() {
			timeout = int(time.Until(deadline).Milliseconds())
			if timeout <= 0 {
				return errAborted
			}
		}
		if err := waitWritable(y.w, y.writer.r, timeout); err != nil {
			return err
		}
		y.writer.drain()
	}
	return nil
}

// writeChunk bounds one write, so that abort is asked now and then even where
// writing blocks.
const writeChunk = 4096

// discardOutput drops what the kernel holds for a terminal that nobody reads.
func (y *tty) discardOutput() { flushQueue(y.out, false) }

// discardInput drops what was typed and not read.
func (y *tty) discardInput() { flushQueue(y.in, true) }

// waker is a pipe that ends a wait in poll.
type waker struct {
	r, w   int
	mu     sync.Mutex
	closed bool // the descriptors may belong to something else by now
}

func newWaker() (*waker, error) {
	var p [2]int
	if err := unix.Pipe(p[:]); err != nil {
		return nil, err
	}
	for _, fd := range p {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			return nil, errors.Join(err, unix.Close(p[0]), unix.Close(p[1]))
		}
	}
	return &waker{r: p[0], w: p[1]}, nil
}

// wake ends the wait, or the next one. It may be called after close.
func (k *waker) wake() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed {
		_, _ = unix.Write(k.w, []byte{0})
	}
}

// drain forgets the wakes so far.
func (k *waker) drain() {
	var b [64]byte
	for {
		if n, _ := unix.Read(k.r, b[:]); n < len(b) {
			return
		}
	}
}

func (k *waker) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	_ = unix.Close(k.r)
	_ = unix.Close(k.w)
}
