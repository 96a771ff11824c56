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
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxSame is how many services of one name one process may have.
const maxSame = 64

// Listener accepts connections of its own user and of root; those of others
// are closed at once. Close removes the socket.
type Listener struct {
	unix net.Listener
	path string
	lock *lock
	self fileID
	uid  int

	once sync.Once
	err  error
}

// Listen makes the socket of a service in dir, or in Dir when dir is empty:
// <name>-<pid>.sock, where characters that do not belong into a file name are
// replaced and a name that is too long is cut and told apart by a hash. The
// socket is private from the start, whatever the umask. Listen also removes
// what dead services left in the folder.
func Listen(dir, name string) (*Listener, error) {
	p := system()
	if dir == "" {
		var err error
		if dir, err = p.dir(); err != nil {
			return nil, err
		}
	} else {
		var err error
		if dir, err = filepath.Abs(dir); err != nil {
			return nil, fmt.Errorf("safesocket: %w", err)
		}
		if err := p.ensure(dir); err != nil {
			return nil, err
		}
	}
	sweep(dir)
	for n := range maxSame {
		stem, err := base(dir, name, os.Getpid(), n)
		if err != nil {
			return nil, err
		}
		l, err := listen(stem, p.uid)
		if errors.Is(err, errLocked) {
			continue
		}
		return l, err
	}
	return nil, fmt.Errorf("safesocket: this process has %d services named %q already", maxSame, name)
}

func listen(stem string, uid int) (*Listener, error) {
	path := stem + suffix
	if err := checkLength(path); err != nil {
		return nil, err
	}
	held, err := acquire(stem + lockSuffix)
	if err != nil {
		return nil, err
	}
	l, err := bind(path, uid)
	if err != nil {
		held.release()
		return nil, err
	}
	l.lock = held
	return l, nil
}

// bind listens at path. The caller holds the lock of the path, so what is
// there is stale.
func bind(path string, uid int) (*Listener, error) {
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
	return &Listener{unix: ln, path: path, self: self, uid: uid}, nil
}

// Accept implements net.Listener. It blocks until somebody who may connect
// does, and ends with net.ErrClosed after Close.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		c, err := l.unix.Accept()
		if err != nil {
			return nil, err
		}
		if cred, ok := PeerCred(c); canIdentify && (!ok || !Trusted(l.uid, cred.UID)) {
			_ = c.Close()
			continue
		}
		return c, nil
	}
}

// Path returns the absolute path of the socket.
func (l *Listener) Path() string { return l.path }

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return l.unix.Addr() }

// Close stops listening and removes the socket, unless another one has taken
// its path meanwhile. Further calls return what the first did.
func (l *Listener) Close() error {
	l.once.Do(func() {
		if id, err := identify(l.path); err == nil && id == l.self {
			_ = os.Remove(l.path)
		}
		l.err = l.unix.Close()
		l.lock.release()
	})
	return l.err
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
	if c, err := net.Dial("unix", path); err == nil {
		_ = c.Close()
		return fmt.Errorf("%w: %s answers", errLocked, path)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("safesocket: stale socket: %w", err)
	}
	return nil
}
