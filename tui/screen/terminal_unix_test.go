//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package screen

import (
	"bytes"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

func TestTerminalIsGivenBackAtExit(t *testing.T) {
	t.Parallel()
	s := start(t, "run", sessionOptions{})
	s.awaitText("app ready 60x12 unicode")
	s.taken()
	s.keys("q")
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	s.restored()
	s.awaitText("closed")
}

func TestTerminalSurvivesEverySignal(t *testing.T) {
	t.Parallel()
	for _, sig := range deadly {
		n := sig.(syscall.Signal)
		t.Run(unix.SignalName(n), func(t *testing.T) {
			t.Parallel()
			s := start(t, "run", sessionOptions{})
			s.awaitText("app ready")
			s.taken()
			if err := s.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if code := s.code(); code != 128+int(n) {
				t.Errorf("exit code %d, want %d", code, 128+int(n))
			}
			s.restored()
		})
	}
}

func TestTerminalSurvivesAPanicElsewhere(t *testing.T) {
	t.Parallel()
	s := start(t, "run", sessionOptions{})
	s.awaitText("app ready")
	s.keys("p")
	if code := s.code(); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	s.restored()
	s.await("the panic on the normal screen", func() bool {
		return bytes.Contains(s.out.Bytes(), []byte("panic: elsewhere\uFFFD]0;x\uFFFD\r\n")) && bytes.Contains(s.out.Bytes(), []byte("app_unix_test.go"))
	})
}

func TestProgramMayEndByItself(t *testing.T) {
	t.Parallel()
	s := start(t, "patient", sessionOptions{})
	s.awaitText("app ready")
	_ = s.cmd.Process.Signal(unix.SIGTERM)
	if code := s.code(); code != 42 {
		t.Errorf("exit code %d, want the program's own", code)
	}
	s.restored()
	s.awaitText("ended by itself")
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	s := start(t, "deaf", sessionOptions{})
	s.awaitText("app ready")
	begin := time.Now()
	_ = s.cmd.Process.Signal(unix.SIGTERM)
	if code := s.code(); code != 143 {
		t.Errorf("exit code %d, want 143", code)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("ending took %v", took)
	}
	s.restored()
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, "deaf", sessionOptions{})
	s.awaitText("app ready")
	_ = s.cmd.Process.Signal(unix.SIGTERM)
	s.restored()
	_ = s.cmd.Process.Signal(unix.SIGINT)
	if code := s.code(); code != 130 && code != 143 {
		t.Errorf("exit code %d, want 130", code)
	}
}

func TestLostTerminalEndsTheProgram(t *testing.T) {
	t.Parallel()
	for name, noCtty := range map[string]bool{"controlling": false, "not controlling": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "run", sessionOptions{noCtty: noCtty})
			s.awaitText("app ready")
			_ = s.slave.Close()
			_ = s.master.Close()
			if code := s.code(); code != 129 {
				t.Errorf("exit code %d, want 129", code)
			}
		})
	}
}

func TestSuspendAndContinue(t *testing.T) {
	t.Parallel()
	s := start(t, "shell", sessionOptions{})
	s.awaitText("app ready")
	s.taken()

	s.keys("z") // by key
	s.awaitCount("app stopped by stopped", 1)
	s.restored()
	s.keys("fg\r")
	s.awaitText("app back 60x12")
	s.taken()

	s.signalApp(unix.SIGTSTP) // from outside
	s.awaitCount("app stopped by stopped", 2)
	s.restored()
	if err := pty.Setsize(s.slave, &pty.Winsize{Rows: 10, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.vt.Resize(40, 10)
	s.mu.Unlock()
	s.keys("bg\r") // it must not touch the terminal behind
	s.awaitCount("app continues behind", 1)
	if got := s.modes(); got != s.before {
		t.Errorf("in the background the modes became %+v", got)
	}
	s.keys("fg\r")
	s.awaitText("app back 40x10")
	s.taken()

	s.keys("z")
	s.awaitCount("app stopped", 3)
	s.keys("kill\r") // stopped and in the background
	s.awaitCount("app ended: exit 143, signalled false", 1)
	s.restored()
}

// TestStoppedWithoutWarning: SIGSTOP gives no chance to give the terminal
// back. After it the terminal must be right all the same, whatever the shell
// did to it.
func TestStoppedWithoutWarning(t *testing.T) {
	t.Parallel()
	s := start(t, "shell", sessionOptions{})
	s.awaitText("app ready")
	s.signalApp(unix.SIGSTOP)
	s.awaitCount("app stopped", 1)
	s.keys("fg\r")
	s.await("a clean screen", func() bool { return !strings.Contains(s.vt.String(), "stopped") })
	s.awaitText("app ready")
	s.taken()
	s.keys("q")
	s.awaitText("app ended: exit 0")
	s.restored()
}

// signalApp signals the job that has the terminal.
func (s *session) signalApp(sig unix.Signal) {
	s.t.Helper()
	if err := unix.Kill(-s.ask(unix.TIOCGPGRP), sig); err != nil {
		s.t.Fatal(err)
	}
}

func TestSuspendWithoutAShellIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, "run", sessionOptions{})
	s.awaitText("app ready")
	s.keys("z")
	s.awaitText("app " + ErrNoShell.Error())
	s.taken()
	s.keys("q")
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	s.restored()
}

func TestResize(t *testing.T) {
	t.Parallel()
	s := start(t, "run", sessionOptions{})
	s.awaitText("60x12")
	if err := pty.Setsize(s.slave, &pty.Winsize{Rows: 6, Cols: 44}); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.vt.Resize(44, 6)
	s.mu.Unlock()
	s.signalApp(unix.SIGWINCH)
	s.awaitText("44x6")
	s.await("a box in the new size", func() bool {
		return s.vt.Cell(43, 2).Char == '╮' && s.vt.Cell(0, 5).Char == '╰' && s.vt.Cell(43, 5).Char == '╯'
	})
	s.keys("q")
	s.code()
	s.restored()
}

func TestTerminalSaysHowWideLinesAre(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		column string // in the answer to the question for the cursor; "" for silence
		env    []string
		want   string
	}{
		"narrow":         {"2", nil, "unicode light=false"},
		"wide":           {"3", nil, "ascii light=false"},
		"not UTF-8":      {"4", nil, "ascii light=false"},
		"silent":         {"", nil, "unicode light=false"},
		"locale of old":  {"2", []string{"LC_ALL=C"}, "ascii light=false"},
		"a light screen": {"light", nil, "unicode light=true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "run", sessionOptions{env: tt.env, answer: func(b []byte) []byte {
				switch {
				case tt.column == "":
					return nil
				case tt.column == "light":
					if bytes.Contains(b, []byte("]11;")) {
						return []byte("\x1b]11;rgb:ffff/fafa/f0f0\x1b\\")
					}
				case bytes.HasPrefix(b, []byte("\x1b[2;")):
					return []byte("\x1b[2;" + tt.column + "R")
				}
				return b
			}})
			s.awaitText(tt.want)
			s.awaitText("opened in")
			s.keys("k")
			s.awaitText(`app key 'k'`)
			s.keys("q")
			if code := s.code(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			s.restored()
			if name == "not UTF-8" || name == "locale of old" {
				s.mu.Lock()
				defer s.mu.Unlock()
				frames := s.out.Bytes()[bytes.Index(s.out.Bytes(), []byte("\x1b[2J")):]
				if i := bytes.LastIndex(frames, []byte("\x1b[2J")); bytes.ContainsFunc(frames[i:], func(r rune) bool { return r >= 0x80 }) {
					t.Errorf("bytes outside of ASCII were sent: %q", frames[i:])
				}
			}
		})
	}
}

// TestKeysBeforeTheFirstFrameAreKept: what was typed while the terminal was
// asked is not lost, and the answers are not taken for keys.
func TestKeysBeforeTheFirstFrameAreKept(t *testing.T) {
	t.Parallel()
	first := true
	s := start(t, "run", sessionOptions{answer: func(b []byte) []byte {
		if first {
			first = false
			return append([]byte("k"), b...)
		}
		return b
	}})
	s.awaitText(`app key 'k'`)
	s.keys("q")
	s.code()
	s.restored()
}

func TestLateAnswersAreUsed(t *testing.T) {
	t.Parallel()
	hold := make(chan []byte, 10)
	s := start(t, "run", sessionOptions{answer: func(b []byte) []byte {
		hold <- bytes.Clone(b)
		return nil
	}})
	s.awaitText("ready 60x12 unicode")
	for range 3 { // background, width, status
		b := <-hold
		if bytes.HasPrefix(b, []byte("\x1b[2;")) {
			b = []byte("\x1b[2;3R")
		}
		s.keys(string(b))
	}
	s.awaitText("ready 60x12 ascii")
	s.keys("q")
	s.code()
	s.restored()
}
