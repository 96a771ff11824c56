//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package screen

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

const (
	ioctlGetTermios = unix.TIOCGETA
	ioctlSetTermios = unix.TIOCSETA
)

// reopen has no counterpart here: /dev/fd shares the description. Writing
// blocks while nobody reads, and a death gives up on the bytes after its
// deadline.
func reopen(int) (int, error) { return -1, errors.ErrUnsupported }

// flushQueue drops what is queued to be read or written.
func flushQueue(fd int, input bool) {
	which := 2 // FWRITE
	if input {
		which = 1 // FREAD
	}
	_ = unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, which)
}

// waitReadable waits until there are keys (if wanted) or the waker rings; for
// at most timeout milliseconds, or for ever if negative. It uses select since
// poll refuses terminals on some of these systems; a terminal that is gone
// shows as readable.
func waitReadable(y *tty, wantKeys bool, timeout int) (keys, gone bool) {
	var fds unix.FdSet
	fds.Set(y.reader.r)
	if wantKeys {
		fds.Set(y.in)
	}
	n, err := unix.Select(max(y.in, y.reader.r)+1, &fds, nil, nil, timeval(timeout))
	if err != nil || n == 0 {
		return false, false
	}
	return wantKeys && fds.IsSet(y.in), false
}

// waitWritable waits until fd takes more or the waker rings.
func waitWritable(fd, wake, timeout int) error {
	var r, w unix.FdSet
	r.Set(wake)
	w.Set(fd)
	_, err := unix.Select(max(fd, wake)+1, &r, &w, nil, timeval(timeout))
	if err != nil && err != unix.EINTR {
		return errLost
	}
	return nil
}

func timeval(ms int) *unix.Timeval {
	if ms < 0 {
		return nil
	}
	tv := unix.NsecToTimeval(int64(ms) * int64(time.Millisecond))
	return &tv
}
