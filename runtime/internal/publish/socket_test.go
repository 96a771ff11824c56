//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package publish

import (
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
)

// TestTheSocketComesBack takes its folder away under a viewer, as the system
// does at the last logout of a user.
func TestTheSocketComesBack(t *testing.T) {
	dir, log := shortDir(t), new(syncBuffer)
	s, err := Listen(Options{
		Name: "furnace", Dir: dir, Metrics: Off, Interval: 20 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	s.renewal = time.Millisecond
	s.Serve(newFake(2))
	resp, err := client(t, s).Get("http://steadytop/v1/frames")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	path := s.SocketPath()
	for range 3 {
		old := shortDir(t) + "/old"
		if err := os.Rename(dir, old); err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Lstat(path); err == nil {
				break
			}
			runtime.Gosched()
		}
	}
	resp2, body := do(t, client(t, s), request(t, "GET", "http://steadytop/healthz", ""))
	if resp2.StatusCode != http.StatusOK || body != "running\n" {
		t.Errorf("%d %s", resp2.StatusCode, body)
	}
	if !strings.Contains(log.String(), "the socket was gone: listening again") {
		t.Errorf("not told:\n%s", log.String())
	}
	// Who was attached has noticed nothing.
	r := wire.NewReader(resp.Body, wire.Limits{})
	for range 30 {
		if _, _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestASocketThatCannotBeHadIsToldOnce: and taken as soon as it can.
func TestASocketThatCannotBeHadIsToldOnce(t *testing.T) {
	dir, log := shortDir(t), new(syncBuffer)
	s := serve(t, newFake(2), func(o *Options) {
		o.Dir, o.Logger = dir, slog.New(slog.NewTextHandler(log, nil))
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(s.SocketPath()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.renewSocket()
	}
	if n := strings.Count(log.String(), "chmod 700 it"); n != 1 {
		t.Errorf("told %d times:\n%s", n, log.String())
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s.renewSocket()
	if resp, _ := do(t, client(t, s), request(t, "GET", "http://steadytop/healthz", "")); resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
}
