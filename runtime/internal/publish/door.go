package publish

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// rules say whom a door lets in.
type rules struct {
	each  int           // connections of one peer
	all   int           // connections of all peers
	spare int           // connections above that, for what stops a service
	rest  time.Duration // a connection that had a request and rests for less keeps its place
}

// The rules of the port. Peers of one machine look alike there, so whoever
// rests gives his place to whoever comes.
var metricsRules = rules{each: 32, all: 40}

// socketRules are those of the socket: viewers leave the service descriptors to
// work with, the service's own user leaves places to root, and both leave some
// to whoever wants to stop the service. A viewer that pulls frames rests for a
// moment between two requests.
func socketRules() rules {
	each := max(4, min(512, descriptors()/4))
	return rules{each: each, all: each + max(1, each/8), spare: 4, rest: time.Second}
}

// door lets connections in, up to a number. When all places are taken, the one
// in which nothing was asked for the longest is given to the newcomer, so that
// connections that are left hanging lock nobody out. What is asked has an end,
// by the deadlines; only streams of frames have none, and for them there are
// the spare places, in which a service can still be stopped.
type door struct {
	net.Listener
	rules
	peer func(net.Conn) string

	mu     sync.Mutex
	guests map[*guest]bool
	by     map[string]int // guests of a peer, without those in spare places
	spares int
}

func newDoor(l net.Listener, r rules, peer func(net.Conn) string) *door {
	return &door{Listener: l, rules: r, peer: peer, guests: map[*guest]bool{}, by: map[string]int{}}
}

// Accept implements net.Listener.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g := &guest{Conn: c, door: d, peer: d.peer(c), since: time.Now()}
		ok, out := d.enter(g)
		if out != nil {
			_ = out.Conn.Close()
		}
		if ok {
			return g, nil
		}
		_ = c.Close()
	}
}

// enter finds a place for g, and who has to leave for it.
func (d *door) enter(g *guest) (ok bool, out *guest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	alone, full := d.by[g.peer] >= d.each, len(d.guests)-d.spares >= d.all
	if alone || full {
		if out = d.restingLocked(g, alone); out != nil {
			d.leaveLocked(out)
		} else if g.spare = true; d.spares >= d.spare {
			if out = d.restingSpareLocked(); out == nil {
				return false, nil
			}
			d.leaveLocked(out)
		}
	}
	d.guests[g] = true
	if g.spare {
		d.spares++
	} else {
		d.by[g.peer]++
	}
	return true, out
}

// restingLocked returns whose place g may have: of the peer with the most
// guests, or of g's own if it has all that it may, the one that rests longest.
// Those that never asked for anything come first.
func (d *door) restingLocked(g *guest, own bool) *guest {
	var best *guest
	for o := range d.guests {
		switch {
		case o.spare, o.busy, own && o.peer != g.peer, o.asked && time.Since(o.since) < d.rest:
		case best == nil || d.before(o, best):
			best = o
		}
	}
	return best
}

func (d *door) before(a, b *guest) bool {
	if na, nb := d.by[a.peer], d.by[b.peer]; na != nb {
		return na > nb
	}
	if a.asked != b.asked {
		return !a.asked
	}
	return a.since.Before(b.since)
}

func (d *door) restingSpareLocked() *guest {
	var best *guest
	for o := range d.guests {
		if o.spare && !o.busy && (best == nil || o.since.Before(best.since)) {
			best = o
		}
	}
	return best
}

func (d *door) leaveLocked(g *guest) {
	if !d.guests[g] {
		return
	}
	delete(d.guests, g)
	if g.spare {
		d.spares--
	} else if d.by[g.peer]--; d.by[g.peer] == 0 {
		delete(d.by, g.peer)
	}
}

// guest is a connection that was let in.
type guest struct {
	net.Conn
	door *door
	peer string

	// Guarded by door.mu.
	spare bool      // in a spare place
	asked bool      // had a request
	busy  bool      // a request is in work
	since time.Time // the last change of busy
}

// Close implements net.Conn.
func (g *guest) Close() error {
	g.door.mu.Lock()
	g.door.leaveLocked(g)
	g.door.mu.Unlock()
	return g.Conn.Close()
}

// work notes whether a request is in work.
func (g *guest) work(busy bool) {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	g.busy, g.asked, g.since = busy, true, time.Now()
}

// inSpare reports whether the guest has a spare place only.
func (g *guest) inSpare() bool {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	return g.spare
}

// serves reports whether a request may be made from a spare place: those of
// somebody who stops a service and looks at how it goes.
func serves(r *http.Request) bool {
	switch r.URL.Path {
	case "/v1/shutdown", "/v1/topology", "/healthz":
		return true
	case "/v1/frames":
		return r.URL.Query().Get("max") == "1"
	}
	return false
}

// peerOf names who is at the other end for the rules: a user on the socket,
// else an address; of IPv6 the part that a site has.
func (s *conns) peerOf(c net.Conn) string {
	if cred, ok := s.identify(c); ok {
		return "uid " + strconv.FormatUint(uint64(cred.UID), 10)
	}
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return ""
	}
	ip := at.Addr().Unmap()
	if site, err := ip.WithZone("").Prefix(64); err == nil && ip.Is6() && !ip.IsLoopback() {
		return site.String()
	}
	return ip.String()
}
