//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// errLocked means that a living service has the path.
var errLocked = errors.New("safesocket: in use")

// lock is the right to make and remove one socket. The system takes it from a
// process that dies, however it dies.
type lock struct {
	f    *os.File
	path string
}

// acquire takes the lock at path without waiting; errLocked means that another
// has it. A lock file is removed by its last holder, so whoever locked a file
// that is gone from its path starts again.
func acquire(path string) (*lock, error) {
	for {
		fd, err := unix.Open(path, unix.O_CREAT|unix.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
		if err != nil {
			return nil, fmt.Errorf("safesocket: lock %s: %w", path, err)
		}
		l := &lock{f: os.NewFile(uintptr(fd), path), path: path}
		if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
			_ = l.f.Close()
			if errors.Is(err, unix.EWOULDBLOCK) {
				return nil, fmt.Errorf("%w: %s", errLocked, path)
			}
			return nil, fmt.Errorf("safesocket: lock %s: %w", path, err)
		}
		if l.current() {
			return l, nil
		}
		_ = l.f.Close()
	}
}

// current reports whether the locked file is still the one at its path.
func (l *lock) current() bool {
	var st unix.Stat_t
	if l.f == nil || unix.Fstat(int(l.f.Fd()), &st) != nil {
		return false
	}
	id, err := identify(l.path)
	return err == nil && id == idOf(&st)
}

// release gives the lock up and removes its file. Further calls do nothing.
func (l *lock) release() {
	if l.f == nil {
		return
	}
	if l.current() {
		_ = os.Remove(l.path)
	}
	_ = l.f.Close()
	l.f = nil
}

// maxEntries bounds how many files of a folder are looked at.
const maxEntries = 4096

// sweep removes the sockets and locks of services that died without doing so.
// It takes the lock of each before it touches anything, and leaves alone what
// it can not have; what fails is left for the next time.
func sweep(dir string) {
	for _, file := range list(dir) {
		stem, ok := strings.CutSuffix(file, lockSuffix)
		if !ok {
			continue
		}
		if _, pid := parse(stem); pid == 0 || alive(pid) {
			continue
		}
		l, err := acquire(filepath.Join(dir, file))
		if err != nil {
			continue
		}
		_ = removeSocket(filepath.Join(dir, stem+suffix))
		l.release()
	}
}

// list returns the names of at most maxEntries files of dir.
func list(dir string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	names, _ := f.Readdirnames(maxEntries) // what was read before an error is still good
	return names
}

// alive reports whether a process exists; another user's does.
func alive(pid int) bool {
	err := unix.Kill(pid, 0)
	return err == nil || errors.Is(err, unix.EPERM)
}
