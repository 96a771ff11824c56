package publish

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestHangingConnectionsLockNobodyOut: more of them than there are places, and
// /metrics answers all the same.
func TestHangingConnectionsLockNobodyOut(t *testing.T) {
	for name, begin := range map[string]string{
		"nothing is sent":         "",
		"half a header":           "GET /healthz HTTP/1.1\r\nHost: loc",
		"a body that never comes": "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
		"a body without end":      "POST /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
		"answered and idle":       "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, newFake(2))
			for range metricsRules.all + 8 {
				c, err := net.Dial("tcp", s.MetricsAddr())
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close() }()
				if _, err := io.WriteString(c, begin); err != nil {
					t.Fatal(err)
				}
				if name == "answered and idle" {
					if _, err := io.ReadFull(c, make([]byte, 12)); err != nil {
						t.Fatal(err)
					}
				}
			}
			if got := rawGet(t, "tcp", s.MetricsAddr(), "localhost"); got != "200" {
				t.Errorf("status %s", got)
			}
			s.conns.wait(5*time.Second, func(c *conns) int { return max(0, len(c.all)-metricsRules.each) })
			s.conns.mu.Lock()
			defer s.conns.mu.Unlock()
			if n := len(s.conns.all); n > metricsRules.each {
				t.Errorf("%d connections are open", n)
			}
		})
	}
}

// TestABodyThatDoesNotBelongIsRefused: at once, without waiting for it.
func TestABodyThatDoesNotBelongIsRefused(t *testing.T) {
	inPipe(t, func(t *testing.T, dial func() net.Conn) {
		for text, want := range map[string]string{
			"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n":               "400",
			"GET /v1/shutdown HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n":  "400",
			"HEAD /v1/topology HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n":          "400",
			"POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n":              "405",
			"PUT /v1/shutdown HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n":  "405",
			"POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nA": "404",
		} {
			begin := time.Now()
			c := dial()
			go func() { _, _ = io.WriteString(c, text) }()
			answer, err := io.ReadAll(c)
			if len(answer) < 12 || string(answer[9:12]) != want || err != nil {
				t.Errorf("%q: %q, %v, want %s", text, answer, err, want)
			}
			// A closed connection lingers for half a second, so that the answer arrives.
			if d := time.Since(begin); d >= readTime {
				t.Errorf("%q: over after %v", text, d)
			}
		}
	})
}

// inPipe runs f with the API of the socket in a bubble, over pipes.
func inPipe(t *testing.T, f func(t *testing.T, dial func() net.Conn)) {
	inPipeOf(t, newFake(2), f)
}

func inPipeOf(t *testing.T, svc *fakeService, f func(t *testing.T, dial func() net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Listen(Options{Name: "furnace", Dir: Off, Metrics: Off})
		if err != nil {
			t.Fatal(err)
		}
		s.Serve(svc)
		l := &pipes{accept: make(chan net.Conn), closed: make(chan struct{})}
		s.serve(l, s.api(), s.rules, nil)
		f(t, func() net.Conn {
			near, far := net.Pipe()
			l.accept <- far
			return near
		})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// pipes is a listener whose connections are in memory.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

// TestARequestHasTwoSecondsToArrive counts from its first byte to its last.
func TestARequestHasTwoSecondsToArrive(t *testing.T) {
	for name, parts := range map[string][]string{
		"silence":            {},
		"a line each second": {"GET /healthz HTTP/1.1\r\n", "Host: localhost\r\n", "A: b\r\n", "C: d\r\n", "E: f\r\n"},
		"a body that trickles": {
			"POST /v1/shutdown HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
			"{", "}", " ", " ", " ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			inPipe(t, func(t *testing.T, dial func() net.Conn) {
				begin := time.Now()
				c := dial()
				over := make(chan time.Duration)
				go func() {
					_, _ = io.Copy(io.Discard, c)
					over <- time.Since(begin)
				}()
				for _, p := range parts {
					_, _ = io.WriteString(c, p)
					pass(time.Second)
				}
				// The half second is for the answer that says why.
				if d := <-over; d > readTime+time.Second/2 {
					t.Errorf("dropped after %v", d)
				}
			})
		})
	}
}

// TestAStreamOutlivesTheTimeOfARequest: it has arrived, and only goes out.
func TestAStreamOutlivesTheTimeOfARequest(t *testing.T) {
	inPipe(t, func(t *testing.T, dial func() net.Conn) {
		c := dial()
		go func() { _, _ = io.WriteString(c, "GET /v1/frames HTTP/1.1\r\nHost: localhost\r\n\r\n") }()
		begin := time.Now()
		for b := make([]byte, 4096); time.Since(begin) < time.Minute; {
			if _, err := c.Read(b); err != nil {
				t.Fatalf("after %v: %v", time.Since(begin), err)
			}
		}
		_ = c.Close()
	})
}

// TestStopWithAllPlacesTaken: streams have no end, and still there is a way in
// for whoever wants to stop the service.
func TestStopWithAllPlacesTaken(t *testing.T) {
	svc := newFake(2)
	s, err := Listen(Options{Name: "furnace", Dir: shortDir(t), Metrics: Off, Interval: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	s.rules = rules{each: 6, all: 8, spare: 2, rest: time.Second}
	s.Serve(svc)
	for range s.rules.each {
		resp, err := client(t, s).Get("http://steadytop/v1/frames")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
	}
	resp, body := do(t, client(t, s), request(t, "GET", "http://steadytop/v1/snapshot", ""))
	if resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "all places are taken") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	for _, r := range []*http.Request{
		request(t, "GET", "http://steadytop/v1/topology", ""),
		request(t, "GET", "http://steadytop/v1/frames?max=1", ""),
		ask(t, `{"instance":"00000000feedface"}`),
		request(t, "GET", "http://steadytop/v1/shutdown", ""),
	} {
		// Each leaves its connection open, and gives its place to the next.
		if resp, body := do(t, client(t, s), r); resp.StatusCode/100 != 2 {
			t.Errorf("%s: %d %s", r.URL.Path, resp.StatusCode, body)
		}
	}
	if len(svc.asked) != 1 {
		t.Errorf("asked to stop: %q", svc.asked)
	}
}

// TestPlacesOfADoor is about who gets in and who has to leave for it.
func TestPlacesOfADoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(nil, rules{each: 3, all: 4, spare: 1, rest: time.Second}, nil)
		in := map[string]*guest{}
		come := func(name, peer string) string {
			g := &guest{door: d, peer: peer, since: time.Now()}
			ok, out := d.enter(g)
			in[name] = g
			pass(time.Millisecond)
			for n, o := range in {
				if o == out {
					return fmt.Sprintf("%v for %s", ok, n)
				}
			}
			return fmt.Sprint(ok)
		}
		expect := func(name, peer, want string) {
			t.Helper()
			if got := come(name, peer); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		expect("a1", "a", "true")
		expect("a2", "a", "true")
		in["a1"].work(true)
		in["a2"].work(true)
		in["a2"].work(false)
		expect("a3", "a", "true")
		expect("a4", "a", "true for a3") // which asked for nothing; a2 has just been busy
		in["a4"].work(true)
		expect("a5", "a", "true") // spare: nobody of its own rests
		if !in["a5"].inSpare() || in["a4"].inSpare() {
			t.Error("wrong places are spare")
		}
		expect("b1", "b", "true") // the place that a may not have
		expect("a6", "a", "true for a5")
		in["a6"].work(true)
		expect("a7", "a", "false")
		pass(time.Second)
		expect("b2", "b", "true for a2") // of the one with the most
		expect("b3", "b", "true for b1") // a is all busy
		in["a1"].work(false)
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.guests) != 5 || d.by["a"] != 2 || d.by["b"] != 2 || d.spares != 1 {
			t.Errorf("%d guests, %v, %d in spare places", len(d.guests), d.by, d.spares)
		}
	})
}

func TestPeers(t *testing.T) {
	s := newConns()
	for address, want := range map[string]string{
		"10.1.2.3:99": "10.1.2.3", "[::ffff:10.1.2.3]:7": "10.1.2.3", "[::1]:5": "::1",
		"[2001:db8:1:2:3::4]:5": "2001:db8:1:2::/64", "[fe80::1%eth0]:5": "fe80::/64", "?": "",
	} {
		if got := s.peerOf(addressed{address: address}); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

type addressed struct {
	net.Conn
	address string
}

func (a addressed) RemoteAddr() net.Addr { return &net.UnixAddr{Name: a.address, Net: "tcp"} }

// TestSlowScrapersHoldUpNobody has more of them than scrapes may run at a time.
func TestSlowScrapersHoldUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := MetricsHandler(newFake(2))
		stuck := make(chan struct{})
		for range 3 * maxScrapes {
			go h.ServeHTTP(&slowWriter{header: http.Header{}, wait: stuck}, request(t, "GET", "/metrics", ""))
		}
		synctest.Wait()
		w := &slowWriter{header: http.Header{}}
		h.ServeHTTP(w, request(t, "GET", "/metrics", ""))
		if w.status != http.StatusOK && w.status != 0 || w.n == 0 {
			t.Errorf("status %d, %d bytes", w.status, w.n)
		}
		close(stuck)
	})
}

// slowWriter takes bytes once wait is closed.
type slowWriter struct {
	header http.Header
	wait   chan struct{}
	status int
	n      int
}

func (w *slowWriter) Header() http.Header { return w.header }
func (w *slowWriter) WriteHeader(s int)   { w.status = s }

func (w *slowWriter) Write(b []byte) (int, error) {
	if w.wait != nil {
		<-w.wait
	}
	w.n += len(b)
	return len(b), nil
}
