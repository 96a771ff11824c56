//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package screen

import (
	"errors"
	"os"
	"time"
)

// tty is a stand-in where terminals are not POSIX: it cannot be opened, so the
// dashboard prints lines there.
type tty struct{ reader, writer waker }

func openTTY(in, out *os.File) (*tty, error) {
	return nil, errors.Join(ErrNotTerminal, errors.ErrUnsupported)
}

func (y *tty) close()                                     {}
func (y *tty) raw() error                                 { return errors.ErrUnsupported }
func (y *tty) cook()                                      {}
func (y *tty) size() (w, h int, ok bool)                  { return 0, 0, false }
func (y *tty) read([]byte) (int, error)                   { return 0, errLost }
func (y *tty) write([]byte, time.Time, func() bool) error { return errLost }
func (y *tty) discardOutput()                             {}
func (y *tty) discardInput()                              {}
func waitReadable(*tty, bool, int) (keys, gone bool)      { return false, true }

type waker struct{}

func (waker) wake()  {}
func (waker) drain() {}

func (t *Terminal) watchSignals() {}
func (t *Terminal) stopSignals()  {}
func ignoreBackground()           {}

// Suspend is not possible here: it returns ErrNoShell.
func (t *Terminal) Suspend() error { return ErrNoShell }
