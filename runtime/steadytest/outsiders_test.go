package steadytest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// A test that fails as a whole needs a process of its own.
const envOutside = "STEADYTEST_OUTSIDE"

// outsides are bodies that wait where a bubble cannot see them.
var outsides = map[string]func(t *testing.T, h *Harness, in *steady.Rx[int]) error{
	"a socket": func(t *testing.T, _ *Harness, in *steady.Rx[int]) error {
		for range in.All() {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Error(err)
				return nil
			}
			_, _ = l.Accept() // here
		}
		return nil
	},
	"a mutex": func(_ *testing.T, _ *Harness, in *steady.Rx[int]) error {
		for range in.All() {
			taken.Lock() // here
		}
		return nil
	},
}

var taken = &mutex{make(chan struct{})}

// mutex is one made outside of all bubbles.
type mutex struct{ c chan struct{} }

func (m *mutex) Lock() { <-m.c }

func TestOutsideChild(t *testing.T) {
	name := os.Getenv(envOutside)
	if name == "" {
		return
	}
	outside = 200 * time.Millisecond
	if name == "http" {
		t.Run("http", httpOutside)
	} else {
		t.Run("body", func(t *testing.T) {
			Run(t, func(h *Harness) {
				in := Feed(h, 1)
				Sink(h, in, func(_ *steady.Actor, rx *steady.Rx[int]) error { return outsides[name](t, h, rx) })
				h.Settle()
			})
		})
	}
	t.Run("the next", func(t *testing.T) {
		Run(t, func(h *Harness) {
			in, out := Feed(h, 1, 2, 3), Collect[int](h)
			Stage(h, in, out, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
				for v := range in.All() {
					if err := out.Send(v); err != nil {
						return err
					}
				}
				return nil
			})
			out.Want(1, 2, 3)
		})
		t.Log("the next test was run")
	})
}

// httpOutside is a call whose connection stays open, in goroutines of net/http.
func httpOutside(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	Run(t, func(h *Harness) {
		in := Feed(h, 1)
		Sink(h, in, func(a *steady.Actor, in *steady.Rx[int]) error {
			for range in.All() {
				a.Blocking(func(context.Context) { // here
					resp, err := http.Get(server.URL)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				})
			}
			return nil
		})
		h.Settle()
	})
}

// TestWaitsOutsideOfTheBubbleAreNamed: with the actor, file and line, and the
// other tests of the package are run.
func TestWaitsOutsideOfTheBubbleAreNamed(t *testing.T) {
	if os.Getenv(envOutside) != "" {
		return
	}
	source, err := os.ReadFile("outsiders_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"a socket": {`actor "actor" waits (IO wait) in net.(*TCPListener).Accept at `, "outsiders_test.go:"},
		"a mutex":  {`actor "actor" waits (chan receive) in `, "steadytest.(*mutex).Lock at ", "outsiders_test.go:"},
		"http":     {"started by net/http.(*Transport).dialConn, waits (IO wait) in net.", `actor "actor" was in Blocking last at `, "outsiders_test.go:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestOutsideChild$", "-test.v", "-test.timeout", "60s")
			c.Env = append(os.Environ(), envOutside+"="+name)
			out, err := c.CombinedOutput()
			text := string(out)
			if err == nil || strings.Contains(text, "panic:") || strings.Contains(text, "always has something to do") {
				t.Fatalf("error %v:\n%s", err, text)
			}
			wantWords(t, text, append(want, "does not come to rest", "the next test was run")...)
			if name != "a mutex" {
				_, at, _ := strings.Cut(text, want[len(want)-2])
				file, _, _ := strings.Cut(at, "\n")
				n, err := strconv.Atoi(file[strings.LastIndexByte(file, ':')+1:])
				if lines := strings.Split(string(source), "\n"); err != nil || !strings.HasSuffix(lines[n-1], "// here") {
					t.Errorf("the place is %q, %v", file, err)
				}
			}
		})
	}
}
