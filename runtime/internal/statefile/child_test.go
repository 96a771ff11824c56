//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package statefile_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

// Children of the test are other processes; this names what one is to do.
const envChild = "STATEFILE_TEST_CHILD"

func TestMain(m *testing.M) {
	if what := os.Getenv(envChild); what != "" {
		if err := child(what, os.Args[1]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func child(what, path string) error {
	s, l, err := openAt(path)
	if err != nil {
		return err
	}
	switch what {
	case "open":
		fmt.Println("opened")
	case "hold":
		fmt.Println("ready")
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "exhaust":
		return exhaust(s)
	case "save", "thrice":
		// One thread does all the work, so that whoever counts its calls can.
		runtime.LockOSThread()
		return count(s, l, what == "thrice")
	}
	return nil
}

// value makes the payload for a number: longer for some, and all of it follows
// from the number, so that a torn one is found out.
func value(n uint64) []byte {
	b := binary.LittleEndian.AppendUint64(nil, n)
	for i := range n % 7 * 1500 {
		b = append(b, byte(n*31+i))
	}
	return b
}

// number is the inverse of value.
func number(b []byte) (uint64, error) {
	if len(b) < 8 {
		return 0, fmt.Errorf("%d bytes", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if string(value(n)) != string(b) {
		return 0, fmt.Errorf("a torn value of %d bytes for %d", len(b), n)
	}
	return n, nil
}

// count saves one number after another and says so after each.
func count(s *statefile.Store, l statefile.Loaded, thrice bool) error {
	n := uint64(0)
	if l.Record != nil {
		var err error
		if n, err = number(l.Payload); err != nil {
			return err
		}
	}
	for i := 0; !thrice || i < 3; i++ {
		n++
		if err := s.Save(value(n), noon); err != nil {
			return err
		}
		// Not through a buffer: what was said was saved.
		if _, err := syscall.Write(1, binary.LittleEndian.AppendUint64(nil, n)); err != nil {
			return err
		}
	}
	return nil
}

// exhaust uses up all descriptors, and saves.
func exhaust(s *statefile.Store) error {
	limit := syscall.Rlimit{Cur: 64, Max: 64}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	for i := range 20 {
		var full error
		for full == nil {
			_, full = syscall.Dup(0)
		}
		if !errors.Is(full, syscall.EMFILE) {
			return full
		}
		if err := s.Save(value(uint64(i)), noon); err != nil {
			return err
		}
	}
	fmt.Println("20 saves without a free descriptor")
	return nil
}

// process is a child of the test.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(t *testing.T, what, path string) *process { return startAs(t, os.Geteuid(), what, path) }

// startAs starts a child as a user; only root can choose.
func startAs(t *testing.T, uid int, what, path string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, path)
	if uid != os.Geteuid() {
		cmd = exec.Command("/proc/self/exe", path) // the folder of exe may be closed to that user
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	return launch(t, cmd, what)
}

func launch(t *testing.T, cmd *exec.Cmd, what string) *process {
	t.Helper()
	cmd.Env = append(os.Environ(), envChild+"="+what, "GOMAXPROCS=1", "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &process{t: t, cmd: cmd, in: in, out: bufio.NewReader(out)}
}

// expect reads a line and checks that it has the words.
func (p *process) expect(words string) {
	p.t.Helper()
	if line, err := p.out.ReadString('\n'); !strings.Contains(line, words) {
		p.t.Errorf("the child said %q (%v), want %q", line, err, words)
	}
}

// kill ends the child and waits for it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_, _ = io.Copy(io.Discard, p.out)
	_ = p.cmd.Wait()
	_ = p.in.Close()
}

// said waits for the end of the child and returns the last number that it
// said, or before if it said none.
func (p *process) said(before uint64) (uint64, error) {
	b, err := io.ReadAll(p.out)
	werr := p.cmd.Wait()
	_ = p.in.Close()
	if err != nil {
		return 0, err
	}
	var exit *exec.ExitError
	if errors.As(werr, &exit) && exit.ExitCode() == 1 {
		return 0, fmt.Errorf("the child failed: %s", strconv.QuoteToASCII(string(b)))
	}
	if len(b) < 8 {
		return before, nil
	}
	end := len(b) / 8 * 8
	return binary.LittleEndian.Uint64(b[end-8 : end]), nil
}
