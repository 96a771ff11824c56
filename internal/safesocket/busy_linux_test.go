package safesocket

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestABusySocketIsNotStale: one whose queue is full answers later.
func TestABusySocketIsNotStale(t *testing.T) {
	path := filepath.Join(shortDir(t), "robot.sock")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	must(t, err)
	defer func() { _ = unix.Close(fd) }()
	must(t, unix.Bind(fd, &unix.SockaddrUnix{Name: path}))
	must(t, unix.Listen(fd, 0))
	for full := false; !full; {
		one, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
		must(t, err)
		defer func() { _ = unix.Close(one) }()
		full = unix.Connect(one, &unix.SockaddrUnix{Name: path}) != nil
	}
	if err := removeSocket(path); !errors.Is(err, errLocked) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("it was removed: %v", err)
	}
}
