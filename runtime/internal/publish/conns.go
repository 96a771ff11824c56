package publish

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/internal/safesocket"
)

// conn is what is known about a connection.
type conn struct {
	cred     safesocket.Cred
	known    bool        // cred is
	guest    *guest      // nil without a door
	watching atomic.Bool // has asked for frames
	told     atomic.Bool // has got the last message
}

// conns keeps the open connections, and counts the requests in work.
type conns struct {
	// identify is safesocket.PeerCred; tests put another one in.
	identify func(net.Conn) (safesocket.Cred, bool)

	mu      sync.Mutex
	all     map[net.Conn]*conn
	working int
	changed chan struct{} // holds one
}

func newConns() *conns {
	return &conns{
		identify: safesocket.PeerCred,
		all:      map[net.Conn]*conn{}, changed: make(chan struct{}, 1),
	}
}

type connKey struct{}

// remember is the ConnContext of a server.
func (s *conns) remember(ctx context.Context, nc net.Conn) context.Context {
	c := &conn{}
	inner := nc
	if t, ok := nc.(*tls.Conn); ok {
		inner = t.NetConn()
	}
	if g, ok := inner.(*guest); ok {
		inner, c.guest = g.Conn, g
	}
	c.cred, c.known = s.identify(inner)
	s.mu.Lock()
	s.all[nc] = c
	s.mu.Unlock()
	return context.WithValue(ctx, connKey{}, c)
}

// connOf returns what is known about the connection of r.
func connOf(r *http.Request) *conn {
	if c, ok := r.Context().Value(connKey{}).(*conn); ok {
		return c
	}
	return &conn{}
}

// track is the ConnState of a server.
func (s *conns) track(nc net.Conn, state http.ConnState) {
	if state != http.StateClosed && state != http.StateHijacked {
		return
	}
	s.mu.Lock()
	delete(s.all, nc)
	s.mu.Unlock()
	s.notify()
}

// told notes that a watching client has got the last message.
func (s *conns) told(c *conn) {
	c.told.Store(true)
	s.notify()
}

func (s *conns) notify() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// count counts the requests that next is working on, and keeps those out that
// came into a spare place and do not belong there.
func (s *conns) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.add(1)
		defer s.add(-1)
		if g := connOf(r).guest; g != nil {
			g.work(true)
			defer g.work(false)
			if g.inSpare() && !serves(r) {
				w.Header().Set("Connection", "close")
				handler(func(http.ResponseWriter, *http.Request) error { return errFull }).ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (s *conns) add(n int) {
	s.mu.Lock()
	s.working += n
	s.mu.Unlock()
	s.notify()
}

// untold counts the clients that watch and have not got the last message, and
// the other requests in work. Callers hold mu.
func (s *conns) untold() int {
	n := s.working
	for _, c := range s.all {
		if c.watching.Load() && !c.told.Load() {
			n++
		}
	}
	return n
}

// open counts what is left of clients. Callers hold mu.
func (s *conns) open() int { return s.working + len(s.all) }

// wait blocks until what counts is none, or limit has passed.
func (s *conns) wait(limit time.Duration, what func(*conns) int) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		s.mu.Lock()
		left := what(s)
		s.mu.Unlock()
		if left == 0 {
			return
		}
		select {
		case <-s.changed:
		case <-timer.C:
			return
		}
	}
}
