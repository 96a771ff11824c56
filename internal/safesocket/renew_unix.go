//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"net"
	"strings"
)

// Renew looks whether the socket and its lock are still where they were made,
// and makes them anew when they are not, or when there are none yet. The folder
// belongs to others as well: a user removes it, and some systems do at the last
// logout. It is made again when it is missing; when it cannot be had and Listen
// was not told which one to use, the next best one is taken. Open connections
// live on.
//
// It reports whether there is a new socket, and why there is none although there
// should be; then it may be tried again. It blocks for some calls into the file
// system.
func (l *Listener) Renew() (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false, net.ErrClosed
	}
	old := l.now
	if old != nil && old.inPlace() {
		return false, old.relock()
	}
	if old != nil {
		old.lock.release() // or we would be in our own way
	}
	s, err := l.where.open(l.dir, l.name)
	if err != nil {
		return false, err
	}
	l.now = s
	close(l.changed)
	l.changed = make(chan struct{})
	if old != nil {
		_ = old.unix.Close() // nothing leads to it any more
	}
	return true, nil
}

// relock takes the lock again whose file was removed: without it the next one
// who comes would think the socket stale, were we too busy to answer.
func (s *socket) relock() error {
	if s.lock.current() {
		return nil
	}
	held, err := acquire(strings.TrimSuffix(s.path, suffix) + lockSuffix)
	if err != nil {
		return err
	}
	s.lock.release()
	s.lock = held
	return nil
}
