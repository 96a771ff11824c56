package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/steadytop/steadytop/internal/safesocket"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// shortDir returns a folder that leaves room for the name of a socket.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "st")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// serve publishes svc on a socket and a port until the test ends. The options
// may be changed before.
func serve(t testing.TB, svc Service, change ...func(*Options)) *Server {
	t.Helper()
	o := Options{Name: "furnace", Dir: shortDir(t), Metrics: "127.0.0.1:0", Interval: 20 * time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	s, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Serve(svc)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// client returns one that reaches s over its socket.
func client(t testing.TB, s *Server) *http.Client {
	t.Helper()
	tr := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return safesocket.Dial(ctx, s.SocketPath())
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 20 * time.Second}
}

// do sends a request and returns the answer with its whole body.
func do(t testing.TB, c *http.Client, r *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func request(t testing.TB, method, url, body string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func TestEndpoints(t *testing.T) {
	svc := newFake(3)
	s := serve(t, svc)
	unix, tcp := client(t, s), http.DefaultClient
	defer tcp.CloseIdleConnections()
	port := "http://" + s.MetricsAddr()
	for _, c := range []struct {
		c           *http.Client
		method, url string
		status      int
		kind, want  string
	}{
		{unix, "GET", "http://steadytop/v1/topology", 200, "application/json", `"service":"furnace"`},
		{unix, "HEAD", "http://steadytop/v1/topology", 200, "application/json", ""},
		{unix, "GET", "http://localhost/v1/snapshot", 200, "application/json", `"frame":{"kind":"frame"`},
		{unix, "GET", "http://steadytop/v1/actors/1", 200, "application/json", `"last_failure":"boom"`},
		{unix, "GET", "http://steadytop/v1/actors/9", 404, "application/json", `{"error":"there is no actor 9; GET /v1/topology lists them"}`},
		{unix, "GET", "http://steadytop/v1/actors/-1", 400, "application/json", `"error":"\"-1\" is no id`},
		{unix, "GET", "http://steadytop/v1/shutdown", 200, "application/json", `"reason":"3 left"`},
		{unix, "GET", "http://steadytop/v1/frames?after=x", 400, "application/json", `"error":"after=\"x\" is no number"`},
		{unix, "POST", "http://steadytop/v1/frames", 405, "application/json", `accepts GET`},
		{unix, "PUT", "http://steadytop/v1/shutdown", 405, "application/json", `accepts GET, HEAD, POST`},
		{unix, "GET", "http://steadytop/v1/nothing", 404, "application/json", `docs/wire.md`},
		{unix, "GET", "http://steadytop/healthz", 200, "text/plain; charset=utf-8", "running\n"},
		{unix, "GET", "http://steadytop/graph.dot", 200, "text/vnd.graphviz; charset=utf-8", `a0 -> a1`},
		{unix, "GET", "http://steadytop/metrics", 200, "text/plain", `steady_graph_info{graph="furnace"`},
		{tcp, "GET", port + "/metrics", 200, "text/plain", `steady_graph_info{graph="furnace"`},
		{tcp, "GET", port + "/healthz", 200, "text/plain", "running\n"},
		{tcp, "GET", port + "/graph.dot", 200, "text/vnd.graphviz", `a0 -> a1`},
		{tcp, "POST", port + "/metrics", 405, "application/json", `accepts GET, HEAD`},
		{tcp, "GET", port + "/v1/topology", 404, "application/json", `"error"`},
		{tcp, "GET", port + "/v1/frames", 404, "application/json", `"error"`},
		{tcp, "POST", port + "/v1/shutdown", 404, "application/json", `"error"`},
	} {
		resp, body := do(t, c.c, request(t, c.method, c.url, ""))
		if resp.StatusCode != c.status || !strings.HasPrefix(resp.Header.Get("Content-Type"), c.kind) || !strings.Contains(body, c.want) {
			t.Errorf("%s %s: %d %s %.200s, want %d with %s", c.method, c.url,
				resp.StatusCode, resp.Header.Get("Content-Type"), body, c.status, c.want)
		}
		for name := range resp.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s %s: header %s", c.method, c.url, name)
			}
		}
	}
	if len(svc.asked) != 0 {
		t.Errorf("asked to stop: %v", svc.asked)
	}
}

func TestTopologyAndSnapshotAreJSON(t *testing.T) {
	svc := newFake(3)
	c := client(t, serve(t, svc))
	_, body := do(t, c, request(t, "GET", "http://steadytop/v1/topology", ""))
	var top telemetry.Topology
	if err := json.Unmarshal([]byte(body), &top); err != nil || len(top.Actors) != 3 || top.Instance != svc.top.Instance {
		t.Errorf("topology %+v, error %v", top, err)
	}
	_, body = do(t, c, request(t, "GET", "http://steadytop/v1/snapshot", ""))
	var snap struct {
		Schema   int
		Topology telemetry.Topology
		Frame    struct {
			Seq      uint64
			Actors   []struct{ Name string }
			Channels []struct {
				Name, From, To string
				Length         uint64
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &snap); err != nil {
		t.Fatal(err)
	}
	if f := snap.Frame; snap.Schema != telemetry.Schema || len(snap.Topology.Actors) != 3 || f.Seq == 0 ||
		f.Actors[2].Name != "actor-c" || f.Channels[1].From != "actor-b" || f.Channels[1].To != "actor-c" || f.Channels[1].Length != 3 {
		t.Errorf("snapshot %+v", snap)
	}
}

func TestHealthzOfAStoppedService(t *testing.T) {
	svc := newFake(1)
	svc.phase = telemetry.PhaseStopped
	resp, body := do(t, client(t, serve(t, svc)), request(t, "GET", "http://steadytop/healthz", ""))
	if resp.StatusCode != http.StatusServiceUnavailable || body != "stopped\n" {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
}

// TestForeignHost is what a page in a browser could send through a name that
// its author controls.
func TestForeignHost(t *testing.T) {
	s := serve(t, newFake(2))
	for _, l := range []struct {
		network, address string
		good             []string
	}{
		{"unix", s.SocketPath(), []string{"steadytop", "unix", "localhost:80", "LOCALHOST", "127.0.0.1", "[::1]:9", "[::1]"}},
		{"tcp", s.MetricsAddr(), []string{s.MetricsAddr(), "localhost:1", "127.0.0.2", "[::ffff:127.0.0.1]:80"}},
	} {
		for _, host := range l.good {
			if got := rawGet(t, l.network, l.address, host); got != "200" {
				t.Errorf("%s: host %q: %s", l.network, host, got)
			}
		}
		for _, host := range []string{
			"evil.example", "evil.example:9900", "127.evil.com", "127.0.0.1.evil.com", "localhost.", "localhost.evil.com",
			"0.0.0.0", "[::]", "10.0.0.1", "2130706433", "127.1", "[::1", "::1]", "localhost:80:80", "",
		} {
			if got := rawGet(t, l.network, l.address, host); got != "421" {
				t.Errorf("%s: host %q: %s", l.network, host, got)
			}
		}
	}
	// An absolute URI wins over the header, so it is what counts.
	if got := raw(t, "unix", s.SocketPath(), "GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"); got != "421" {
		t.Errorf("absolute URI: %s", got)
	}
	if got := raw(t, "unix", s.SocketPath(), "GET /healthz HTTP/1.0\r\n\r\n"); got != "421" {
		t.Errorf("no host: %s", got)
	}
}

func rawGet(t *testing.T, network, address, host string) string {
	t.Helper()
	return raw(t, network, address, "GET /healthz HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
}

// raw sends bytes and returns the status of the answer.
func raw(t *testing.T, network, address, text string) string {
	t.Helper()
	c, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 12)
	if _, err := io.ReadFull(c, b); err != nil {
		t.Fatal(err)
	}
	return string(b[9:])
}

func TestHostsOfAWiderAddress(t *testing.T) {
	s, err := Listen(Options{Dir: shortDir(t), Metrics: "0.0.0.0:0", MetricsOpen: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	s.named = "robot.lan"
	h := s.metricsHosts()
	machine, _ := os.Hostname()
	for host, want := range map[string]bool{
		"10.1.2.3:9900": true, "[fe80::1]:9900": true, "localhost": true, "ROBOT.lan:9900": true, machine: true,
		"evil.example": false, "10.1.2.3.evil.com": false,
	} {
		if h.match(host) != want {
			t.Errorf("host %q: %v", host, !want)
		}
	}
}

func TestListenErrors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	dir := shortDir(t)
	if _, err := Listen(Options{Dir: dir, Metrics: taken.Addr().String()}); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a taken address: %v", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	if _, err := Listen(Options{Dir: dir + "/no/such", Metrics: Off}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that can not be had: %v", err)
	}
	t.Setenv(safesocket.EnvDir, dir+"/no/such")
	if _, err := Listen(Options{Metrics: Off}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that can not be had, from the environment: %v", err)
	}
}

func TestDefaultPortsAreTriedInTurn(t *testing.T) {
	dir := shortDir(t)
	a, err := Listen(Options{Dir: dir, Name: "furnace"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Listen(Options{Dir: dir, Name: "furnace"})
	if err != nil {
		t.Fatal(err)
	}
	if a.MetricsAddr() == b.MetricsAddr() || !strings.HasPrefix(b.MetricsAddr(), "127.0.0.1:99") {
		t.Errorf("metrics at %s and %s", a.MetricsAddr(), b.MetricsAddr())
	}
	if a.SocketPath() == b.SocketPath() {
		t.Errorf("both sockets at %s", a.SocketPath())
	}
	off, err := Listen(Options{Dir: Off, Name: "furnace", Metrics: Off})
	if err != nil || off.MetricsAddr() != "" || off.SocketPath() != "" || off.Control() {
		t.Errorf("off: %q, %q, %v", off.MetricsAddr(), off.SocketPath(), err)
	}
	off.Serve(newFake(1))
	for _, s := range []*Server{a, b, off} {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

// TestStartAndStopLeavesNothing counts descriptors; goleak counts goroutines.
func TestStartAndStopLeavesNothing(t *testing.T) {
	dir := shortDir(t)
	round := func() {
		s, err := Listen(Options{Name: "furnace", Dir: dir, Metrics: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		s.Serve(newFake(2))
		c := client(t, s)
		resp, err := c.Get("http://steadytop/v1/frames") // a stream that is cut off by Close
		if err != nil {
			t.Fatal(err)
		}
		do(t, c, request(t, "GET", "http://steadytop/v1/topology", ""))
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err == nil {
			t.Error("a stream without a last message ended as if all were well")
		}
		_ = resp.Body.Close()
		c.CloseIdleConnections()
	}
	round()
	before := openFiles(t)
	for range 30 {
		round()
	}
	if after := openFiles(t); after > before+2 {
		t.Errorf("%d descriptors, %d before", after, before)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		files, err = os.ReadDir("/dev/fd")
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func TestPanicOfAHandlerIsLoggedAndNoMore(t *testing.T) {
	var log syncBuffer
	svc := panicking{newFake(2)}
	s := serve(t, svc, func(o *Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	if _, err := client(t, s).Get("http://steadytop/v1/actors/0"); err == nil {
		t.Error("got an answer")
	}
	if resp, _ := do(t, client(t, s), request(t, "GET", "http://steadytop/healthz", "")); resp.StatusCode != 200 {
		t.Errorf("after the panic: %d", resp.StatusCode)
	}
	if !strings.Contains(log.String(), "no detail") {
		t.Errorf("log: %s", log.String())
	}
}

type panicking struct{ *fakeService }

func (panicking) ActorDetail(uint32) (telemetry.ActorDetail, bool) { panic("no detail") }

// syncBuffer is a log that goroutines share.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
