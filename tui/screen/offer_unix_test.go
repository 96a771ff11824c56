//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package screen

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.uber.org/goleak"
)

// slowTerminal is a Terminal in this process; what it writes is kept, and its
// questions are answered when the test says so.
type slowTerminal struct {
	*Terminal
	master, slave *os.File
	out           chan []byte // what was written, piece by piece
	seen          bytes.Buffer
}

func openSlow(t *testing.T) *slowTerminal {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatalf("no pseudo terminal: %v", err)
	}
	if err := pty.Setsize(slave, &pty.Winsize{Rows: 10, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	s := &slowTerminal{master: pollable(t, master), slave: slave, out: make(chan []byte)}
	go func() {
		defer close(s.out)
		for {
			b := make([]byte, 4096)
			n, err := s.master.Read(b)
			if err != nil {
				return
			}
			s.out <- b[:n]
		}
	}()
	env := map[string]string{"TERM": "xterm", "LANG": "C.UTF-8"}
	opened := make(chan error)
	go func() {
		var err error
		s.Terminal, err = Open(Options{In: slave, Out: slave, Probe: 10 * time.Second, Lookup: func(n string) (string, bool) { v, ok := env[n]; return v, ok }})
		opened <- err
	}()
	s.until(t, askStatus)
	s.say(t, "\x1b[2;2R"+statusOK)
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	return s
}

// until reads what is written until text has come.
func (s *slowTerminal) until(t *testing.T, text string) {
	t.Helper()
	end := time.NewTimer(10 * time.Second)
	defer end.Stop()
	for !bytes.Contains(s.seen.Bytes(), []byte(text)) {
		select {
		case b := <-s.out:
			s.seen.Write(b)
		case <-end.C:
			t.Fatalf("%q was not written; %q was", text, s.seen.Bytes())
		}
	}
	_, rest, _ := bytes.Cut(s.seen.Bytes(), []byte(text))
	rest = bytes.Clone(rest)
	s.seen.Reset()
	s.seen.Write(rest)
}

func (s *slowTerminal) say(t *testing.T, text string) {
	t.Helper()
	if _, err := s.master.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func (s *slowTerminal) offer(text string) uint64 {
	c := s.Canvas()
	w, h := c.Size()
	for y := range h {
		c.Text(0, y, w, fmt.Sprintf("%s %*d", text, w-len(text)-1, y), Style{FG: ANSI(uint8(1 + y%7))})
	}
	return s.Offer(c)
}

// shown waits until the frame is known to be on the screen.
func (s *slowTerminal) shown(t *testing.T, seq uint64) {
	t.Helper()
	tick, end := time.NewTicker(time.Millisecond), time.NewTimer(10*time.Second)
	defer tick.Stop()
	defer end.Stop()
	for {
		if _, ok := s.ShownAt(seq); ok {
			return
		}
		select {
		case <-tick.C:
		case <-end.C:
			t.Fatalf("frame %d is not shown", seq)
		}
	}
}

func TestNewestFrameWins(t *testing.T) {
	fds := openDescriptors(t)
	s := openSlow(t)
	first := s.offer("first")
	s.until(t, askStatus)
	s.say(t, statusOK)
	s.shown(t, first)

	// Fill the window, and a little more: nobody answers.
	for i := 0; ; i++ {
		s.offer(fmt.Sprint("frame ", i))
		s.mu.Lock()
		room, _ := s.link.mayWrite(time.Now())
		s.mu.Unlock()
		if !room {
			break
		}
	}
	for i := range 1000 {
		s.offer(fmt.Sprint("frame ", 1000+i))
	}
	last := s.offer("NEWEST")
	if _, ok := s.ShownAt(last); ok {
		t.Error("a frame counts as shown that the terminal has not confirmed")
	}
	s.mu.Lock()
	flying := len(s.link.flight)
	s.mu.Unlock()
	for range flying {
		s.until(t, askStatus)
	}
	for range flying {
		s.say(t, statusOK)
	}
	s.until(t, "NEWEST")
	s.until(t, askStatus)
	if s.seen.Len() != 0 {
		t.Errorf("stale frames follow: %q", s.seen.Bytes())
	}
	if _, ok := s.ShownAt(last); ok {
		t.Error("the last frame counts as shown before the terminal said so")
	}
	s.say(t, statusOK)
	s.shown(t, last)

	same := s.offer("NEWEST") // takes no bytes, so there is nothing to confirm
	s.shown(t, same)

	s.say(t, "x")
	key := make([]byte, 8)
	if n, err := s.Input().Read(key); n != 1 || key[0] != 'x' || err != nil {
		t.Errorf("the key is %q, %v", key[:n], err)
	}
	if n := s.InputWithin(time.Minute); n != 1 {
		t.Errorf("%d bytes of input within a minute, want 1: answers do not count", n)
	}
	if n := s.InputWithin(0); n != 0 {
		t.Errorf("%d bytes of input right now", n)
	}

	go func() {
		for range s.out { // Close must find a reader
		}
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if n, err := s.Input().Read(key); n != 0 || err == nil {
		t.Errorf("reading keys after Close gave %q, %v", key[:n], err)
	}
	s.offer("after the end")
	_ = s.Close()
	_ = s.master.Close()
	_ = s.slave.Close()
	goleak.VerifyNone(t)
	if now := openDescriptors(t); fds >= 0 && now != fds {
		t.Errorf("%d descriptors are open, %d were", now, fds)
	}
}

// openDescriptors returns how many descriptors are open, or -1 where the
// system does not tell.
func openDescriptors(t *testing.T) int {
	t.Helper()
	r, w, err := os.Pipe() // the runtime opens some of its own with the first
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	dir, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(dir)
}

func TestOpenRefuses(t *testing.T) {
	lookup := func(term string) func(string) (string, bool) {
		return func(n string) (string, bool) { return term, n == "TERM" }
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for name, tt := range map[string]struct {
		term string
		want error
	}{"a pipe": {"xterm", ErrNotTerminal}, "dumb": {"dumb", ErrDumb}, "no TERM": {"", ErrDumb}} {
		if _, err := Open(Options{In: r, Out: w, Lookup: lookup(tt.term)}); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", name, err, tt.want)
		}
	}
}
