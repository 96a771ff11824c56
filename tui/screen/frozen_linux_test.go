package screen

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestFrozenTerminal: nobody reads the terminal, as when an ssh link hangs. A
// signal must still end the program and give the modes back, and when the link
// thaws the screen must be whole.
func TestFrozenTerminal(t *testing.T) {
	t.Parallel()
	for name, role := range map[string]string{"paced by answers": "run", "write blocks": "noprobe"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, role, sessionOptions{})
			s.awaitText("app ready")
			s.freeze(true)
			s.keys("f")
			s.keys(strings.Repeat("x", 100)) // nobody takes these either
			// The kernel takes no more when what can be read of it has not
			// grown for a while.
			for last, still := -1, 0; still < 5; {
				n := s.ask(unix.TIOCINQ)
				if still++; n != last || n < 1000 {
					last, still = n, 0
				}
				<-time.After(50 * time.Millisecond)
			}
			fill(t, int(s.slave.Fd()))
			begin := time.Now()
			_ = s.cmd.Process.Signal(unix.SIGTERM)
			if code := s.code(); code != 143 {
				t.Errorf("exit code %d, want 143", code)
			}
			if took := time.Since(begin); took > 4*time.Second {
				t.Errorf("ending took %v", took)
			}
			s.cooked()
			s.freeze(false)
			s.restored()
		})
	}
}

// fill writes to a terminal until not a single byte fits.
func fill(t *testing.T, terminal int) {
	t.Helper()
	fd, err := reopen(terminal)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	for {
		switch _, err := unix.Write(fd, []byte("x")); err {
		case nil, unix.EINTR:
		case unix.EAGAIN:
			return
		default:
			t.Fatal(err)
		}
	}
}
