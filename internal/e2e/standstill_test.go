//go:build unix

package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ask sends a GET over the socket of a service.
func (s *stage) ask(path string) (status int, body string) {
	s.t.Helper()
	socks, _ := filepath.Glob(filepath.Join(s.dir, "*.sock"))
	c := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			return net.Dial("unix", socks[0])
		},
	}}
	resp, err := c.Get("http://steadytop" + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// stands waits until a service says that it stands still, and returns what it says.
func (s *stage) stands() string {
	s.t.Helper()
	deadline, tick := time.After(patience), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for {
		if status, body := s.ask("/healthz/progress"); status == http.StatusServiceUnavailable {
			return body
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatal("it does not say that it stands still")
		}
	}
}

// snapshotSays waits until a snapshot has the text in it.
func (s *stage) snapshotSays(service, want string) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		text := s.snapshot(service)
		if strings.Contains(text, want) {
			return
		}
		select {
		case <-deadline:
			s.t.Fatalf("no %q in\n%s", want, text)
		default:
		}
	}
}

// TestAStallIsToldWithoutAViewer: nobody looks at a service that stands still,
// and its log, its health, its metrics and the error of the stop say why. Who does
// look is told the same.
func TestAStallIsToldWithoutAViewer(t *testing.T) {
	for name, tc := range map[string]struct{ text, actor, idle string }{
		"embrace": {
			`^deadlock: round and timeouts wait for each other: "ask" and "reply" are full\n`, "round", "clients",
		},
		"diamond": {
			`^deadlock: copy, zip and filter wait for each other: "left" is full, "right" and "raw" are empty\n`, "zip", "count",
		},
		"lock": {
			`^stalled: db has finished nothing for [0-9.]+ s, and \d+ messages wait for it: it is in its own code\n` +
				`  db waits in sync.Mutex.Lock at standstill/main.go:\d+\n(.*\n)*.*it was started again 1 time`, "db", "reader",
		},
		"join": {
			`^stalled: sync waits for "scan", and lidar, on whom that depends, ` +
				`has finished nothing for [0-9.]+ s: it is in a call\n`,
			"lidar", "imu",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			p := s.service("standstill", name)
			body := s.stands()
			if !regexp.MustCompile(tc.text).MatchString(body) {
				t.Errorf("it says\n%s", body)
			}
			head, _, _ := strings.Cut(body, "\n")
			head, _, _ = strings.Cut(head, " nothing for ") // a time
			s.snapshotSays(name, "why: "+head)
			_, metrics := s.ask("/metrics")
			for _, want := range []string{
				`steady_graph_stalled{graph="` + name + `"} 1`,
				`steady_actor_stalled{actor="` + tc.actor + `",graph="` + name + `"} 1`,
				`steady_actor_stalled{actor="` + tc.idle + `",graph="` + name + `"} 0`,
			} {
				if !strings.Contains(metrics, want+"\n") {
					t.Errorf("the metrics lack %s", want)
				}
			}
			signal(t, p.Process, syscall.SIGTERM)
			if p.ended(t) != 1 {
				t.Error("it ended well")
			}
			// The same words in the log, when it is seen and at the end, and in the error, but for
			// times and escaped quotes.
			log := strings.ReplaceAll(p.out.String(), `\"`, `"`)
			if n := strings.Count(log, head); n != 3 || strings.Count(log, "messages stand still") != 1 {
				t.Errorf("%q stands %d times in\n%s", head, n, log)
			}
		})
	}
}

// TestWhatIsSlowIsNotCalledAStall: a sink that is slow and a source that waits
// for the outside.
func TestWhatIsSlowIsNotCalledAStall(t *testing.T) {
	s := newStage(t)
	p := s.service("standstill", "slow")
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(10 * time.Second); ; {
		if status, body := s.ask("/healthz/progress"); status != http.StatusOK || body != "nothing stands still\n" {
			t.Fatalf("%d %s", status, body)
		}
		select {
		case <-tick.C:
			continue
		case <-end:
		}
		break
	}
	if strings.Contains(p.out.String(), "stand still") {
		t.Error(p.out.String())
	}
}
