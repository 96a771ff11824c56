//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"net"
	"os"
	"path/filepath"
	"sync"
)

// Listener accepts connections of its own user and of root; those of others
// are closed at once. Close removes the socket. Its methods may be called from
// many goroutines.
type Listener struct {
	where     places
	dir, name string // as asked for; dir may be empty

	mu      sync.Mutex // not held over anything that waits for a peer
	now     *socket    // nil while there is none
	changed chan struct{}
	closed  bool
	err     error
}

// New returns a listener that has no socket until Renew could make one.
func New(dir, name string) *Listener {
	if abs, err := filepath.Abs(dir); dir != "" && err == nil {
		dir = abs // the process may go elsewhere
	}
	return &Listener{where: system(), dir: dir, name: name, changed: make(chan struct{})}
}

// Listen makes the socket of a service in dir, or in Dir when dir is empty:
// <name>-<pid>.sock, where characters that do not belong into a file name are
// replaced and a name that is too long is cut and told apart by a hash. The
// socket is private from the start, whatever the umask. Listen also removes
// what dead services left in the folder.
func Listen(dir, name string) (*Listener, error) {
	l := New(dir, name)
	if _, err := l.Renew(); err != nil {
		return nil, err
	}
	return l, nil
}

// Accept implements net.Listener. It blocks until somebody who may connect
// does, whether Renew makes a new socket meanwhile or not, and ends with
// net.ErrClosed after Close.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		s, changed, closed := l.state()
		switch {
		case closed:
			return nil, net.ErrClosed
		case s == nil:
			<-changed
			continue
		}
		c, err := s.unix.Accept()
		if err != nil {
			if now, _, _ := l.state(); now != s {
				continue // replaced
			}
			return nil, err
		}
		if cred, ok := PeerCred(c); canIdentify && (!ok || !Trusted(l.where.uid, cred.UID)) {
			_ = c.Close()
			continue
		}
		return c, nil
	}
}

// state returns the socket of this moment and what is closed when it changes.
func (l *Listener) state() (s *socket, changed <-chan struct{}, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now, l.changed, l.closed
}

// Path returns the absolute path of the socket, "" while there is none.
func (l *Listener) Path() string {
	if s, _, _ := l.state(); s != nil {
		return s.path
	}
	return ""
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return &net.UnixAddr{Name: l.Path(), Net: "unix"} }

// Close stops listening and removes the socket, unless another one has taken
// its path meanwhile. Further calls return what the first did.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.err
	}
	l.closed = true
	close(l.changed)
	if s := l.now; s != nil {
		if s.inPlace() {
			_ = os.Remove(s.path)
		}
		l.err = s.unix.Close()
		s.lock.release()
	}
	return l.err
}
