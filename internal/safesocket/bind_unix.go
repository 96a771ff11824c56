//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxSame is how many services of one name one process may have.
const maxSame = 64

// socket is one that is bound, with the right to it.
type socket struct {
	unix net.Listener
	path string
	lock *lock
	self fileID
}

// inPlace reports whether the socket is still what its path leads to.
func (s *socket) inPlace() bool {
	id, err := identify(s.path)
	return err == nil && id == s.self
}

// open makes the socket of a service in dir, which is made when it is missing.
func (p places) open(dir, name string) (*socket, error) {
	var err error
	if dir == "" {
		dir, err = p.dir()
	} else if dir, err = filepath.Abs(dir); err == nil {
		err = p.ensure(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("safesocket: %w", err)
	}
	sweep(dir)
	for n := range maxSame {
		stem, err := base(dir, name, os.Getpid(), n)
		if err != nil {
			return nil, err
		}
		s, err := listen(stem)
		if errors.Is(err, errLocked) {
			continue
		}
		return s, err
	}
	return nil, fmt.Errorf("safesocket: this process has %d services named %q already", maxSame, name)
}

func listen(stem string) (*socket, error) {
	path := stem + suffix
	if err := checkLength(path); err != nil {
		return nil, err
	}
	held, err := acquire(stem + lockSuffix)
	if err != nil {
		return nil, err
	}
	s, err := bind(path)
	if err != nil {
		held.release()
		return nil, err
	}
	s.lock = held
	return s, nil
}

// bind listens at path. The caller holds the lock of the path, so what is
// there is stale.
func bind(path string) (*socket, error) {
	if err := removeSocket(path); err != nil {
		return nil, err
	}
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		if cerr := c.Control(func(fd uintptr) { err = restrict(int(fd)) }); cerr != nil {
			return cerr
		}
		return err
	}}
	ln, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("safesocket: %w", err)
	}
	// The standard library would remove whatever is at the path by then.
	ln.(*net.UnixListener).SetUnlinkOnClose(false)
	self, err := identify(path)
	if err == nil {
		err = restrictPath(path)
	}
	if err != nil {
		_ = ln.Close()
		_ = os.Remove(path)
		return nil, fmt.Errorf("safesocket: %s: %w", path, err)
	}
	return &socket{unix: ln, path: path, self: self}, nil
}

// fileID tells files apart for as long as one of them is open.
type fileID struct{ dev, ino uint64 }

func identify(path string) (fileID, error) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return fileID{}, err
	}
	return idOf(&st), nil
}

func idOf(st *unix.Stat_t) fileID { return fileID{uint64(st.Dev), uint64(st.Ino)} }

// removeSocket removes a stale socket, and refuses to remove anything else.
func removeSocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("safesocket: %w", err)
	}
	if info.Mode()&fs.ModeSocket == 0 {
		return fmt.Errorf("safesocket: %s is in the way and no socket; remove it", path)
	}
	c, err := net.Dial("unix", path)
	if err == nil {
		_ = c.Close()
		return fmt.Errorf("%w: %s answers", errLocked, path)
	}
	// Nothing else says that nobody listens: a full backlog is EAGAIN.
	if !errors.Is(err, unix.ECONNREFUSED) && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("%w: %s: %w", errLocked, path, err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("safesocket: stale socket: %w", err)
	}
	return nil
}
