//go:build unix

// Package e2e drives the real programs as a person would: a service in one
// process, steadytop in a terminal of a given size, keys in, screens out.
package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// patience is how long the screen may take to show what is expected of it.
const patience = 20 * time.Second

var bin string // folder of the built programs

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "e2e")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		bin = dir
		build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./cmd/...", "./sampleapps/...", "./internal/e2e/...")
		build.Dir = "../.."
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// stage is a folder of sockets with the processes that use it.
type stage struct {
	t   *testing.T
	dir string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	dir, err := os.MkdirTemp("", "st") // short: the path of a socket is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return &stage{t: t, dir: dir}
}

func (s *stage) env() []string {
	env := []string{"STEADYTOP_DIR=" + s.dir, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"}
	for _, keep := range []string{"PATH", "HOME", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(keep); ok {
			env = append(env, keep+"="+v)
		}
	}
	return env
}

// process is a service under test.
type process struct {
	*exec.Cmd
	out  bytes.Buffer
	done chan struct{}
	err  error
}

// service starts a program and waits until its socket is there.
func (s *stage) service(name string, args ...string) *process {
	s.t.Helper()
	before, _ := filepath.Glob(filepath.Join(s.dir, "*.sock"))
	p := &process{Cmd: exec.Command(filepath.Join(bin, name), args...), done: make(chan struct{})}
	p.Env = s.env()
	p.Stdout, p.Stderr = &p.out, &p.out
	if err := p.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		p.err = p.Wait()
		close(p.done)
	}()
	s.t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.done
	})
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		now, _ := filepath.Glob(filepath.Join(s.dir, fmt.Sprintf("*-%d.sock", p.Process.Pid)))
		if len(now) > 0 && len(before) >= 0 {
			return p
		}
		select {
		case <-p.done:
			s.t.Fatalf("%s ended before it published: %v\n%s", name, p.err, p.out.String())
		case <-tick.C:
		}
	}
}

// ended waits for the process and returns its exit code.
func (p *process) ended(t *testing.T) int {
	t.Helper()
	select {
	case <-p.done:
		return p.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("%s has not ended\n%s", p.Path, p.out.String())
		return -1
	}
}

// terminal is steadytop in an emulated terminal.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	vt   vt10x.Terminal
	done chan struct{}
	err  error

	mu      sync.Mutex
	raw     bytes.Buffer  // everything that was written
	changed chan struct{} // closed and replaced at each write
}

// steadytop starts the viewer in a terminal.
func (s *stage) steadytop(cols, rows int, args ...string) *terminal {
	s.t.Helper()
	c := exec.Command(filepath.Join(bin, "steadytop"), args...)
	c.Env = s.env()
	tty, err := pty.StartWithSize(c, &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)})
	if err != nil {
		s.t.Fatal(err)
	}
	w := &terminal{
		t: s.t, cmd: c, tty: tty, done: make(chan struct{}), changed: make(chan struct{}),
		vt: vt10x.New(vt10x.WithSize(cols, rows), vt10x.WithWriter(tty)),
	}
	go w.read()
	s.t.Cleanup(func() {
		_ = c.Process.Kill()
		<-w.done
		_ = tty.Close()
	})
	return w
}

// read feeds the emulator until the terminal is hung up, then reaps.
func (w *terminal) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := w.tty.Read(buf)
		w.mu.Lock()
		w.raw.Write(buf[:n])
		_, _ = w.vt.Write(buf[:n])
		close(w.changed)
		w.changed = make(chan struct{})
		w.mu.Unlock()
		if err != nil {
			break
		}
	}
	w.err = w.cmd.Wait()
	close(w.done)
}

// screen returns the rows of the terminal.
func (w *terminal) screen() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.vt.String()
}

// until waits until the screen fulfils ok, and fails with what is there.
func (w *terminal) until(what string, ok func(screen string) bool) string {
	w.t.Helper()
	deadline := time.After(patience)
	for {
		w.mu.Lock()
		s, changed := w.vt.String(), w.changed
		w.mu.Unlock()
		if ok(s) {
			return s
		}
		select {
		case <-changed:
		case <-w.done:
			if s = w.screen(); ok(s) {
				return s
			}
			w.t.Fatalf("steadytop ended (%v) before the screen showed %s:\n%s", w.err, what, s)
		case <-deadline:
			w.t.Fatalf("the screen does not show %s:\n%s", what, w.screen())
		}
	}
}

// shows waits until all texts are on the screen.
func (w *terminal) shows(texts ...string) string {
	w.t.Helper()
	return w.until(strings.Join(texts, " and "), func(s string) bool {
		for _, text := range texts {
			if !strings.Contains(s, text) {
				return false
			}
		}
		return true
	})
}

// press types keys, one write each, as a person would.
func (w *terminal) press(keys ...string) {
	w.t.Helper()
	for _, k := range keys {
		if _, err := w.tty.WriteString(k); err != nil {
			w.t.Fatal(err)
		}
	}
}

// exits waits for the end of steadytop and returns its exit code.
func (w *terminal) exits() int {
	w.t.Helper()
	select {
	case <-w.done:
	case <-time.After(patience):
		w.t.Fatalf("steadytop has not ended:\n%s", w.screen())
	}
	var exit *exec.ExitError
	if w.err != nil && !errors.As(w.err, &exit) {
		w.t.Fatal(w.err)
	}
	return w.cmd.ProcessState.ExitCode()
}

// restored reports what of the terminal was not given back.
func (w *terminal) restored() error {
	w.mu.Lock()
	raw := w.raw.String()
	w.mu.Unlock()
	for _, mode := range []struct{ on, off, what string }{
		{"\x1b[?1049h", "\x1b[?1049l", "the alternate screen"},
		{"\x1b[?25l", "\x1b[?25h", "the cursor"},
		{"\x1b[?2004h", "\x1b[?2004l", "bracketed paste"},
		{"\x1b[?1002h", "\x1b[?1002l", "the mouse"},
	} {
		if strings.LastIndex(raw, mode.on) > strings.LastIndex(raw, mode.off) {
			return fmt.Errorf("%s was not given back", mode.what)
		}
	}
	return nil
}

func signal(t *testing.T, p *os.Process, s syscall.Signal) {
	t.Helper()
	if err := p.Signal(s); err != nil {
		t.Fatal(err)
	}
}
