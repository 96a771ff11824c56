//go:build unix

package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"

	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// TestRunOnATerminal runs the whole dashboard on a pseudo terminal.
func TestRunOnATerminal(t *testing.T) {
	for name, leave := range map[string]func(keys func(string), cancel func()){
		"by key":     func(keys func(string), _ func()) { keys("q") },
		"by context": func(_ func(string), cancel func()) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			master, slave, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer master.Close()
			defer slave.Close()
			if err := pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
				t.Fatal(err)
			}
			vt := vt10x.New(vt10x.WithSize(80, 24))
			painted := make(chan string, 1)
			go func() {
				buf := make([]byte, 32<<10)
				for {
					n, err := master.Read(buf)
					if err != nil {
						return
					}
					_, _ = vt.Write(buf[:n])
					select {
					case <-painted:
					default:
					}
					painted <- vt.String()
				}
			}()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := newSession(at(viewtest.Robot()))
			done := make(chan error, 1)
			go func() {
				_, err := Run(ctx, screen.Options{In: slave, Out: slave, Probe: -1, Lookup: func(name string) (string, bool) {
					v, ok := map[string]string{"TERM": "xterm-256color", "LANG": "C.UTF-8"}[name]
					return v, ok
				}}, Options{Session: s})
				done <- err
			}()
			keys := func(s string) { _, _ = master.WriteString(s) }
			awaitText(t, painted, "detect")
			keys("2")
			awaitText(t, painted, "by CPU")
			leave(keys, cancel)
			select {
			case err := <-done:
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("Run returned %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("Run does not return")
			}
			if !s.closed {
				t.Error("the session was left open")
			}
		})
	}
}

// awaitText waits until the screen contains a text.
func awaitText(t *testing.T, painted <-chan string, want string) {
	t.Helper()
	last := ""
	for end := time.After(20 * time.Second); ; {
		select {
		case last = <-painted:
			if strings.Contains(last, want) {
				return
			}
		case <-end:
			t.Fatalf("no %q on the screen:\n%s", want, last)
		}
	}
}
