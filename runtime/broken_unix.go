//go:build unix

package steady

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// outlivePipes keeps a write to a stdout or stderr that nobody reads any more
// from ending the process: the write fails with EPIPE, as on any other
// descriptor, and a SIGPIPE goes to c. unmute undoes that.
//
// Notify, not Ignore: what the process starts would inherit that.
func outlivePipes(c chan os.Signal) (unmute func()) {
	signal.Notify(c, syscall.SIGPIPE)
	return func() { signal.Stop(c) }
}

// brokenOutput names stdout or stderr if nobody can read it any more, else "".
func brokenOutput() string {
	for fd, name := range []string{1: "stdout", 2: "stderr"} {
		if name == "" {
			continue
		}
		p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		if n, err := unix.Poll(p, 0); err == nil && n > 0 && p[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
			return name
		}
	}
	return ""
}
