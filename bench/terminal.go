package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// terminal runs a command in a pseudo-terminal of 160x50 cells that answers
// questions at once, and counts what the command writes.
type terminal struct {
	cmd  *exec.Cmd
	tty  *os.File
	done chan struct{}

	mu    sync.Mutex
	total int
	seen  []byte // everything until await has found what it looks for
	keep  bool
	news  chan struct{}
}

// questions and what a terminal answers to them.
var questions = map[string]string{
	"\x1b[5n": "\x1b[0n",    // status
	"\x1b[6n": "\x1b[2;2R",  // where the cursor is, after one narrow character
	"\x1b[c":  "\x1b[?62;c", // what kind it is
}

func startInTerminal(cmd *exec.Cmd, env ...string) (*terminal, error) {
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8")
	cmd.Env = append(cmd.Env, env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 160})
	if err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	t := &terminal{cmd: cmd, tty: tty, done: make(chan struct{}), keep: true, news: make(chan struct{}, 1)}
	go t.read()
	return t, nil
}

func (t *terminal) read() {
	defer close(t.done)
	buf := make([]byte, 1<<16)
	for {
		n, err := t.tty.Read(buf)
		if err != nil {
			return // EIO when the command has ended
		}
		for question, answer := range questions {
			for range bytes.Count(buf[:n], []byte(question)) {
				if _, err := t.tty.WriteString(answer); err != nil {
					return
				}
			}
		}
		t.mu.Lock()
		t.total += n
		if t.keep {
			t.seen = append(t.seen, buf[:n]...)
		}
		t.mu.Unlock()
		select {
		case t.news <- struct{}{}:
		default:
		}
	}
}

// await waits until the command has written text.
func (t *terminal) await(text string, d time.Duration) error {
	deadline := time.After(d)
	for {
		t.mu.Lock()
		found := bytes.Contains(t.seen, []byte(text))
		if found {
			t.keep, t.seen = false, nil
		}
		t.mu.Unlock()
		if found {
			return nil
		}
		select {
		case <-t.news:
		case <-t.done:
			return fmt.Errorf("the command ended before it wrote %q: %s", text, t.seen)
		case <-deadline:
			t.mu.Lock()
			defer t.mu.Unlock()
			return fmt.Errorf("no %q within %v; the last output is %q", text, d, t.seen[max(0, len(t.seen)-400):])
		}
	}
}

// count returns how many bytes the command has written.
func (t *terminal) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}

// close ends the command, gently if it lets itself.
func (t *terminal) close() {
	_ = t.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-t.done:
	case <-time.After(5 * time.Second):
		_ = t.cmd.Process.Kill()
	}
	_ = t.cmd.Wait()
	_ = t.tty.Close()
}
