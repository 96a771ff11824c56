//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package screen

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/sys/unix"
)

// session is a program in a pseudo terminal with an emulator in front of it.
type session struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	slave  *os.File // kept open, to look at the modes
	before unix.Termios
	exit   chan error

	mu      sync.Mutex
	vt      vt10x.Terminal
	out     bytes.Buffer
	changed chan struct{} // closed and renewed at each output
	frozen  bool
	thaw    chan struct{}
}

// sessionOptions vary how a session is run. The zero value is a terminal of
// 60x12 that answers, as the controlling one.
type sessionOptions struct {
	env      []string
	noCtty   bool
	answer   func(reply []byte) []byte // what the emulator's answers become
	beforeGo func(master *os.File)
}

func start(t *testing.T, role string, o sessionOptions) *session {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatalf("no pseudo terminal: %v", err)
	}
	master = pollable(t, master)
	s := &session{t: t, master: master, slave: slave, exit: make(chan error, 1), changed: make(chan struct{}), thaw: make(chan struct{})}
	if err := pty.Setsize(slave, &pty.Winsize{Rows: 12, Cols: 60}); err != nil {
		t.Fatal(err)
	}
	s.before = s.modes()
	s.vt = vt10x.New(vt10x.WithSize(60, 12), vt10x.WithWriter(writerFunc(func(b []byte) (int, error) {
		if o.answer != nil {
			if b = o.answer(b); len(b) == 0 {
				return 0, nil
			}
		}
		return master.Write(b)
	})))
	s.cmd = exec.Command(os.Args[0])
	s.cmd.Env = append([]string{"TERM=xterm-256color", "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH"), roleVar + "=" + role}, o.env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = slave, slave, slave
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: !o.noCtty}
	if o.beforeGo != nil {
		o.beforeGo(master)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.read()
	go func() { s.exit <- s.cmd.Wait() }()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = master.Close()
		_ = slave.Close()
	})
	return s
}

// pollable returns f in a form in which Close ends a Read.
func pollable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = errors.Join(f.Close(), unix.SetNonblock(fd, true))
	}
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "master")
}

// ask makes an ioctl on the master that gives a number.
func (s *session) ask(request uint) int {
	s.t.Helper()
	raw, err := s.master.SyscallConn()
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	if err := raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), request) }); err != nil {
		s.t.Fatal(err)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (s *session) read() {
	b := make([]byte, 4096)
	var rest []byte
	for {
		s.mu.Lock()
		frozen, thaw := s.frozen, s.thaw
		s.mu.Unlock()
		if frozen {
			<-thaw
			continue
		}
		n, err := s.master.Read(b)
		s.mu.Lock()
		s.out.Write(b[:n])
		text := append(rest, b[:n]...)
		whole := wholeRunes(text)
		_, _ = s.vt.Write(text[:whole])
		rest = append([]byte(nil), text[whole:]...)
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// wholeRunes returns how much of b does not end inside of a rune: the emulator
// loses its way otherwise.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				break
			}
			return i
		}
	}
	return len(b)
}

// freeze stops reading what the program writes, as a dead link does.
func (s *session) freeze(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = on
	if !on {
		close(s.thaw)
		s.thaw = make(chan struct{})
	}
}

func (s *session) modes() unix.Termios {
	s.t.Helper()
	m, err := unix.IoctlGetTermios(int(s.slave.Fd()), ioctlGetTermios)
	if err != nil {
		s.t.Fatalf("reading terminal modes: %v", err)
	}
	return *m
}

func (s *session) keys(k string) {
	s.t.Helper()
	if _, err := io.WriteString(s.master, k); err != nil {
		s.t.Fatal(err)
	}
}

// await waits until ok holds; it is asked whenever something was written.
func (s *session) await(what string, ok func() bool) {
	s.t.Helper()
	end := time.NewTimer(10 * time.Second)
	defer end.Stop()
	for {
		s.mu.Lock()
		done, changed := ok(), s.changed
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-end.C:
			s.mu.Lock()
			defer s.mu.Unlock()
			s.t.Fatalf("%s: not within 10 s; the screen is\n%s\nlast output %q", what, s.vt, tail(s.out.Bytes(), 300))
		}
	}
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

func (s *session) awaitText(text string) {
	s.t.Helper()
	s.await("text "+text, func() bool { return bytes.Contains([]byte(s.vt.String()), []byte(text)) })
}

// awaitCount waits until text was written n times, wherever it is now.
func (s *session) awaitCount(text string, n int) {
	s.t.Helper()
	s.await("text "+text, func() bool { return bytes.Count(s.out.Bytes(), []byte(text)) >= n })
}

// code waits for the end of the program and returns its exit code.
func (s *session) code() int {
	s.t.Helper()
	select {
	case err := <-s.exit:
		if e, ok := err.(*exec.ExitError); ok {
			return e.ExitCode()
		} else if err != nil {
			s.t.Fatal(err)
		}
		return 0
	case <-time.After(10 * time.Second):
		s.t.Fatal("the program does not end")
	}
	return -1
}

const mouseModes = vt10x.ModeMouseMask | vt10x.ModeMouseSgr

// taken waits until the terminal is in the program's hands.
func (s *session) taken() {
	s.t.Helper()
	s.await("taking the terminal over", func() bool {
		m := s.vt.Mode()
		return m&vt10x.ModeAltScreen != 0 && m&mouseModes != 0 && m&vt10x.ModeWrap == 0 && !s.vt.CursorVisible()
	})
	if m := s.modes(); m.Lflag&(unix.ICANON|unix.ECHO|unix.ISIG) != 0 || m.Oflag&unix.OPOST != 0 {
		s.t.Errorf("the terminal is not in raw mode: %+v", m)
	}
}

// cooked waits until the modes are as they were. Nothing tells of a change.
func (s *session) cooked() {
	s.t.Helper()
	tick, end := time.NewTicker(time.Millisecond), time.NewTimer(5*time.Second)
	defer tick.Stop()
	defer end.Stop()
	for got := s.modes(); got != s.before; got = s.modes() {
		select {
		case <-tick.C:
		case <-end.C:
			s.t.Fatalf("terminal modes are\n%+v\nand were\n%+v", got, s.before)
		}
	}
}

// restored checks that everything was given back, each thing once.
func (s *session) restored() {
	s.t.Helper()
	s.await("giving the terminal back", func() bool {
		m := s.vt.Mode()
		return m&(vt10x.ModeAltScreen|mouseModes) == 0 && m&vt10x.ModeWrap != 0 && s.vt.CursorVisible()
	})
	s.cooked()
	s.mu.Lock()
	defer s.mu.Unlock()
	for on, off := range map[string]string{"\x1b[?1049h": "\x1b[?1049l", "\x1b[>3u": "\x1b[<u", "\x1b[?2004h": "\x1b[?2004l", "\x1b[?25l": "\x1b[?25h", "\x1b[?7l": "\x1b[?7h"} {
		if n, m := bytes.Count(s.out.Bytes(), []byte(on)), bytes.Count(s.out.Bytes(), []byte(off)); n != m {
			s.t.Errorf("%q was sent %d times, %q %d times", on, n, off, m)
		}
	}
	if m := s.vt.Cursor().Attr; m.Mode != 0 || m.FG != vt10x.DefaultFG || m.BG != vt10x.DefaultBG {
		s.t.Errorf("the pen is left at %+v", m)
	}
}
