package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/collector/source/sourcetest"
	"github.com/steadytop/steadytop/internal/safesocket"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// folder makes the folder that is scanned. Its path is short, since that of a
// socket may have 107 bytes only.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "st")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv(safesocket.EnvDir, dir)
	return dir
}

// start serves s on a socket in dir until stop is called or the test ends.
func start(t *testing.T, dir, name string, h http.Handler) (path string, stop func()) {
	t.Helper()
	l, err := safesocket.Listen(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l) // ends with Close
	}()
	stop = func() {
		_ = srv.Close()
		<-done
	}
	t.Cleanup(stop)
	return l.Path(), stop
}

func service(name string, pid int, instance telemetry.Instance) *sourcetest.Service {
	top := sourcetest.Topology(instance, 1)
	top.Service, top.PID, top.Version, top.Metrics = name, pid, "v1.2.3", "127.0.0.1:9900"
	top.Start = time.Now().Add(-time.Minute)
	s := sourcetest.NewService(top)
	s.Publish(sourcetest.Frame(top, 1))
	return s
}

func connect(t *testing.T, target string, last source.Identity) (*telemetry.Topology, error) {
	t.Helper()
	tg, err := source.ParseTarget(target)
	if err != nil {
		t.Fatal(err)
	}
	src, err := source.Unix{Target: tg}.Connect(t.Context(), last)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	rec, err := src.Next(t.Context())
	return rec.Topology, err
}

func TestListTellsWhatRunsAndWhatItSkipped(t *testing.T) {
	dir := folder(t)
	path, _ := start(t, dir, "nav", service("nav", 12, 1).Handler())
	start(t, dir, "web", http.NotFoundHandler())
	hung := make(chan struct{})
	defer close(hung)
	start(t, dir, "hung", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hung }))
	_, stop := start(t, dir, "a", service("a\x1b[2J", 3, 2).Handler())
	stale := filepath.Join(dir, "stale-1.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	if err := os.WriteFile(filepath.Join(dir, "file-2.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}

	var found []source.ServiceInfo
	var skipped []source.Skipped
	for deadline := time.Now().Add(10 * time.Second); len(found) < 2 && time.Now().Before(deadline); {
		if found, skipped, err = source.List(t.Context()); err != nil { // a loaded machine may miss the 200 ms
			t.Fatal(err)
		}
	}
	if len(found) != 2 || found[0].Name != `a\x1b[2J` || found[1].Name != "nav" {
		t.Fatalf("found %+v", found)
	}
	nav := found[1]
	if nav.PID != 12 || nav.Path != path || nav.Version != "v1.2.3" || nav.Host != "arm7" || nav.Instance != 1 || nav.User == "" {
		t.Errorf("nav is %+v", nav)
	}
	var row map[string]any
	text, err := json.Marshal(nav)
	if err != nil || json.Unmarshal(text, &row) != nil {
		t.Fatal(err)
	}
	if up := row["uptime_seconds"].(float64); up < 60 || up > 120 || row["metrics"] != "127.0.0.1:9900" || row["socket"] != path {
		t.Errorf("JSON is %s", text)
	}
	reasons := map[string]string{}
	for _, s := range skipped {
		name, _, _ := strings.Cut(filepath.Base(s.Socket), "-")
		reasons[name] = s.Reason
	}
	for name, want := range map[string]string{
		"stale": "nobody listens there any more", "hung": "no answer within 200ms",
		"file": "is no socket", "web": "not available: 404",
	} {
		if !strings.Contains(reasons[name], want) {
			t.Errorf("%s is skipped because %q, want %q", name, reasons[name], want)
		}
	}
	stop()
	if found, _, _ := source.List(t.Context()); len(found) > 1 {
		t.Errorf("found %+v after one ended", found)
	}
}

func TestASlowServiceDoesNotMakeAnotherTheOnlyOne(t *testing.T) {
	dir := folder(t)
	start(t, dir, "nav", service("nav", 12, 1).Handler())
	h := service("nav", 13, 2).Handler()
	start(t, dir, "nav2", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(2 * source.ProbeTimeout):
			h.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))
	_, err := connect(t, "nav", source.Identity{})
	var several *source.AmbiguousError
	if !errors.As(err, &several) {
		t.Errorf("got %v", err)
	}
}

func TestListEndsWithItsContext(t *testing.T) {
	folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := source.List(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestResolve(t *testing.T) {
	dir := folder(t)
	if _, err := connect(t, "", source.Identity{}); !errors.Is(err, source.ErrNoTarget) || err.Error() != "no service is running" {
		t.Errorf("nothing runs: %v", err)
	}
	one, _ := start(t, dir, "nav", service("nav", 12, 1).Handler())
	start(t, dir, "nav2", service("nav", 13, 2).Handler())
	start(t, dir, "web", service("web", 14, 3).Handler())
	for target, want := range map[string]telemetry.Instance{"nav:12": 1, "13": 2, "web": 3, one: 1} {
		if top, err := connect(t, target, source.Identity{}); err != nil || top.Instance != want {
			t.Errorf("%s: %v, %v", target, top, err)
		}
	}
	for target, want := range map[string]string{
		"nav":   `2 services fit "nav": nav:12, nav:13; name one as name:pid`,
		"":      "3 services run: nav:12, nav:13, web:14; name one as name:pid",
		"web:9": `no running service fits "web:9"; there is nav:12, nav:13, web:14`,
		"./no.sock": `no running service fits "./no.sock"; none was found; skipped ` +
			must(filepath.Abs("no.sock")) + " (gone meanwhile)",
	} {
		_, err := connect(t, target, source.Identity{})
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", target, err, want)
		}
		var several *source.AmbiguousError
		if errors.As(err, &several) == errors.Is(err, source.ErrNoTarget) {
			t.Errorf("%q: %T", target, err)
		}
	}
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestReconnectingPrefersTheSameInstanceThenTheOnlyOneOfTheName(t *testing.T) {
	dir := folder(t)
	start(t, dir, "nav", service("nav", 12, 1).Handler())
	was := source.Identity{Service: "nav", PID: 12, Instance: 1}
	gone := source.Identity{Service: "nav", PID: 9, Instance: 9}
	ended := source.Identity{Service: "nav", PID: 12, Instance: 1, Ended: true}
	// A target by pid does not bind the name.
	for _, last := range []source.Identity{was, gone} {
		if top, err := connect(t, "9", last); err != nil || top.Instance != 1 {
			t.Errorf("%+v: %v, %v", last, top, err)
		}
	}
	if _, err := connect(t, "nav", ended); !errors.Is(err, source.ErrNoTarget) {
		t.Errorf("one that ended was found again: %v", err)
	}
	start(t, dir, "nav2", service("nav", 13, 2).Handler())
	start(t, dir, "nav3", service("nav", 14, 3).Handler())
	if top, err := connect(t, "nav", was); err != nil || top.Instance != 1 {
		t.Errorf("the same instance among three: %v, %v", top, err)
	}
	var several *source.AmbiguousError
	if _, err := connect(t, "nav", gone); !errors.As(err, &several) || len(several.Matches) != 3 {
		t.Errorf("three of the name: %v", err)
	}
}

func TestAServiceOutsideOfTheFolderComesBackBesideItsSocket(t *testing.T) {
	folder(t)
	other, err := os.MkdirTemp("", "st[x]*")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(other) }()
	start(t, other, "nav", service("nav", 13, 2).Handler())
	top, err := connect(t, filepath.Join(other, "nav-12.sock"), source.Identity{Service: "nav", PID: 12, Instance: 1})
	if err != nil || top.Instance != 2 {
		t.Errorf("got %v, %v", top, err)
	}
}
