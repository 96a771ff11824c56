//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package screen

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The test binary is also the program under test: with roleVar set it opens a
// Terminal and obeys keys, or plays the shell that starts it.
const roleVar = "SCREEN_TEST_ROLE"

func TestMain(m *testing.M) {
	switch role := os.Getenv(roleVar); {
	case role == "shell":
		os.Exit(shell())
	case role != "":
		os.Exit(app(strings.Fields(role)))
	}
	os.Exit(m.Run())
}

// app is a program with a Terminal. It shows its state and obeys keys:
// q ends, p panics elsewhere, z suspends, f paints without pause, r redraws.
func app(flags []string) int {
	var term *Terminal
	o := Options{Modes: Modes{Mouse: true, Keys: true}}
	for _, f := range flags {
		switch f {
		case "ascii":
			o.ASCII = true
		case "noprobe":
			o.Probe = -1
		case "patient":
			o.OnDeath = func(Death) {
				_ = term.Close()
				fmt.Println("ended by itself")
				os.Exit(42)
			}
		case "deaf":
			o.OnDeath = func(Death) { select {} }
		}
	}
	start := time.Now()
	term, err := Open(o)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer term.Guard()
	p := &painted{term: term, status: "ready", took: time.Since(start)}
	p.draw("")
	go func() {
		defer term.Guard()
		for range term.Changes() {
			p.draw("")
		}
	}()
	keys := make([]byte, 64)
	for {
		n, err := term.Input().Read(keys)
		if err != nil {
			<-make(chan struct{}) // a death ends the process
		}
		for _, k := range string(keys[:n]) {
			if k == 'q' {
				_ = term.Close()
				fmt.Println("closed")
				return 0
			}
			p.obey(k)
		}
	}
}

// painted is the screen of the app.
type painted struct {
	term   *Terminal
	took   time.Duration
	mu     sync.Mutex
	status string
}

// draw paints the app with a new status, or the old one.
func (p *painted) draw(status string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if status != "" {
		p.status = status
	}
	c := p.term.Canvas()
	w, h := c.Size()
	c.Text(0, 0, w, fmt.Sprintf("app %s %dx%d %s light=%v", p.status, w, h, c.Glyphs().Name, p.term.Light()), Style{Attr: Bold})
	c.Text(0, 1, w, fmt.Sprintf("opened in %d ms", p.took.Milliseconds()), Style{})
	c.Box(Rect{0, 2, w, h - 2}, Light, Style{})
	p.term.Offer(c)
}

func (p *painted) obey(key rune) {
	switch key {
	case 'p':
		go func() {
			defer p.term.Guard()
			panic("elsewhere\x1b]0;x\a")
		}()
	case 'r':
		p.term.Redraw()
	case 'z':
		if err := p.term.Suspend(); err != nil {
			p.draw(err.Error())
		} else {
			p.draw("back")
		}
	case 'f':
		for i := 0; ; i++ {
			c := p.term.Canvas()
			w, h := c.Size()
			for y := range h {
				c.Text(0, y, w, strings.Repeat(string(rune('a'+(i+y)%26)), w), Style{})
			}
			p.term.Offer(c)
		}
	default:
		p.draw(fmt.Sprintf("key %q", key))
	}
}

// shell runs the app in the foreground as a shell with job control does. When
// the app stops it takes the terminal back, sets its own modes, says so, and
// waits for a line.
func shell() int {
	syscall.Umask(0o77)
	_ = os.Unsetenv(roleVar)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVar+"=run")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Foreground: true, Ctty: 0}
	ignoreBackground()
	modes, err := unix.IoctlGetTermios(0, ioctlGetTermios)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		return 1
	}
	pid := cmd.Process.Pid
	for {
		var ws unix.WaitStatus
		if _, err := unix.Wait4(pid, &ws, unix.WUNTRACED, nil); err == unix.EINTR {
			continue
		} else if err != nil {
			fmt.Println(err)
			return 1
		}
		_ = unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, unix.Getpgrp())
		_ = unix.IoctlSetTermios(0, ioctlSetTermios, modes)
		if !ws.Stopped() {
			fmt.Printf("app ended: exit %d, signalled %v\n", ws.ExitStatus(), ws.Signaled())
			return 0
		}
		fmt.Printf("app stopped by %v\n", ws.StopSignal())
		var line string
		_, _ = fmt.Scanln(&line)
		// An answer of the terminal to a stopped app may come first.
		switch line = line[max(0, strings.LastIndexAny(line, "n")+1):]; line {
		case "fg":
			_ = unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, pid)
			_ = unix.Kill(-pid, unix.SIGCONT)
		case "bg":
			_ = unix.Kill(-pid, unix.SIGCONT)
			fmt.Println("app continues behind")
			_, _ = fmt.Scanln(&line)
			_ = unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, pid)
			_ = unix.Kill(-pid, unix.SIGCONT)
		case "kill":
			_ = unix.Kill(-pid, unix.SIGTERM)
			_ = unix.Kill(-pid, unix.SIGCONT)
		}
	}
}
