package screen

import (
	"strconv"

	"golang.org/x/sys/unix"
)

const (
	ioctlGetTermios = unix.TCGETS
	ioctlSetTermios = unix.TCSETS
)

// reopen opens the terminal behind fd once more, with a description of its
// own. The link in /proc finds it even where its name is not visible, as in
// a container.
func reopen(fd int) (int, error) {
	return unix.Open("/proc/self/fd/"+strconv.Itoa(fd), unix.O_WRONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
}

// flushQueue drops what is queued to be read or written.
func flushQueue(fd int, input bool) {
	which := unix.TCOFLUSH
	if input {
		which = unix.TCIFLUSH
	}
	_ = unix.IoctlSetInt(fd, unix.TCFLSH, which)
}

// waitReadable waits until there are keys (if wanted), the terminal is gone, or
// the waker rings; for at most timeout milliseconds, or for ever if negative.
func waitReadable(y *tty, wantKeys bool, timeout int) (keys, gone bool) {
	fds := [3]unix.PollFd{{Fd: int32(y.in)}, {Fd: int32(y.out)}, {Fd: int32(y.reader.r), Events: unix.POLLIN}}
	if wantKeys {
		fds[0].Events = unix.POLLIN
	}
	if n, err := unix.Poll(fds[:], timeout); err != nil || n == 0 {
		return false, false
	}
	const hup = unix.POLLHUP | unix.POLLERR | unix.POLLNVAL
	return fds[0].Revents&unix.POLLIN != 0, (fds[0].Revents|fds[1].Revents)&hup != 0
}

// waitWritable waits until fd takes more or the waker rings.
func waitWritable(fd, wake, timeout int) error {
	fds := [2]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}, {Fd: int32(wake), Events: unix.POLLIN}}
	_, err := unix.Poll(fds[:], timeout)
	if err != nil && err != unix.EINTR {
		return errLost
	}
	if fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0 {
		return errLost
	}
	return nil
}
