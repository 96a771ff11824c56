package safesocket

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Children of the test are other users; this names what one is to do.
const envChild = "SAFESOCKET_TEST_CHILD"

func TestMain(m *testing.M) {
	if what := os.Getenv(envChild); what != "" {
		child(what, os.Args[1])
		return
	}
	os.Exit(m.Run())
}

// child runs as another user. It says "ready" and ends when its input does.
func child(what, path string) {
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(done)
	}()
	switch what {
	case "hammer":
		fmt.Println("ready")
		fmt.Println(hammer(path, done))
	case "read": // what a plain client is told
		c, err := net.Dial("unix", path)
		if err == nil {
			var b []byte
			b, err = io.ReadAll(c)
			fmt.Printf("read %q\n", b)
		}
		fmt.Println(err)
	case "dial": // what our own client says
		c, err := Dial(context.Background(), path)
		if err == nil {
			_ = c.Close()
		}
		fmt.Println(errors.Is(err, ErrForeign), err)
	case "serve":
		if _, err := net.Listen("unix", path); err != nil {
			fmt.Println(err)
			return
		}
		_ = os.Chmod(path, 0o666)
		fmt.Println("ready")
		<-done
	}
}

// hammer connects as fast as it can and counts.
func hammer(path string, done <-chan struct{}) string {
	var tries, in int
	for {
		select {
		case <-done:
			return fmt.Sprintf("tries=%d in=%d", tries, in)
		default:
		}
		fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
		if err != nil {
			return err.Error()
		}
		if unix.Connect(fd, &unix.SockaddrUnix{Name: path}) == nil {
			in++
		}
		_ = unix.Close(fd)
		tries++
	}
}

// foreigner is a child of another user.
type foreigner struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startForeigner(t *testing.T, uid uint32, what, path string) *foreigner {
	t.Helper()
	needRoot(t)
	cmd := exec.Command("/proc/self/exe", path)
	cmd.Env = []string{envChild + "=" + what}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	f := &foreigner{cmd: cmd, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() { f.stop() })
	return f
}

func (f *foreigner) line(t *testing.T) string {
	t.Helper()
	s, err := f.out.ReadString('\n')
	if err != nil {
		t.Fatalf("child: %v after %q", err, s)
	}
	return strings.TrimSpace(s)
}

func (f *foreigner) stop() {
	_ = f.in.Close()
	_ = f.cmd.Wait()
}

// needRoot skips a test that acts as two users, which only root can.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	const why = "acting as another user needs root: run `sudo -E go test ./internal/safesocket`"
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// openDirFor returns a folder that everybody may enter, so that only the mode
// of a socket protects it.
func openDirFor(t *testing.T, mode os.FileMode) string {
	t.Helper()
	dir := shortDir(t)
	if err := os.Chmod(dir, mode); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestNobodyGetsInWhileBinding has another user connect in a loop to a socket
// that comes and goes in an open folder under a umask of 0.
func TestNobodyGetsInWhileBinding(t *testing.T) {
	needRoot(t)
	path := filepath.Join(openDirFor(t, 0o755), "robot.sock")
	defer syscall.Umask(syscall.Umask(0))
	f := startForeigner(t, 65534, "hammer", path)
	if got := f.line(t); got != "ready" {
		t.Fatal(got)
	}
	for range 400 {
		l, err := bind(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.unix.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_ = f.in.Close()
	var tries, in int
	if _, err := fmt.Sscanf(f.line(t), "tries=%d in=%d", &tries, &in); err != nil {
		t.Fatal(err)
	}
	if tries == 0 || in != 0 {
		t.Errorf("%d of %d connections of another user got in", in, tries)
	}
}

// TestAcceptTurnsOthersAway opens the socket to all and sees that another user
// still gets not one byte, and that its owner does.
func TestAcceptTurnsOthersAway(t *testing.T) {
	needRoot(t)
	path := filepath.Join(openDirFor(t, 0o755), "robot.sock")
	s, err := bind(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.unix.Close() }()
	l := New("", "robot")
	l.now = s
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	accepted := make(chan Cred, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		cred, _ := PeerCred(c)
		_ = c.Close()
		accepted <- cred
	}()
	f := startForeigner(t, 65534, "read", path)
	if got := f.line(t); got != `read ""` {
		t.Errorf("another user: %s", got)
	}
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if cred := <-accepted; cred.UID != uint32(os.Geteuid()) {
		t.Errorf("accepted %+v", cred)
	}
}

func TestPrivateFolderKeepsOthersOut(t *testing.T) {
	needRoot(t)
	l, err := Listen(filepath.Join(openDirFor(t, 0o755), "own"), "robot")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	f := startForeigner(t, 65534, "read", l.Path())
	if got := f.line(t); !strings.Contains(got, "permission denied") {
		t.Errorf("another user: %s", got)
	}
}

// TestDialRefusesAForeignServer lets one user pose as a service of another.
func TestDialRefusesAForeignServer(t *testing.T) {
	needRoot(t)
	path := filepath.Join(openDirFor(t, 0o777), "robot.sock")
	server := startForeigner(t, 65533, "serve", path)
	if got := server.line(t); got != "ready" {
		t.Fatal(got)
	}
	client := startForeigner(t, 65534, "dial", path)
	if got := client.line(t); !strings.HasPrefix(got, "true") || !strings.Contains(got, "uid 65533") {
		t.Errorf("another user's client: %s", got)
	}
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatalf("root may dial everybody: %v", err)
	}
	_ = c.Close()
}

func TestForeignFolderIsRefused(t *testing.T) {
	needRoot(t)
	dir := shortDir(t)
	if err := os.Chown(dir, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(dir, "robot"); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "uid 65534") {
		t.Errorf("got %v", err)
	}
}

// TestScanOfRootDistrustsMisnamedFolders: a folder in /tmp that names one user
// and belongs to another was planted.
func TestScanOfRootDistrustsMisnamedFolders(t *testing.T) {
	needRoot(t)
	root := shortDir(t)
	mkdir(t, root, "tmp")
	for name, owner := range map[string]int{"steadytop-65533": 65533, "steadytop-65534": 65533} {
		mkdir(t, root, "tmp/"+name)
		abandon(t, filepath.Join(root, "tmp", name, "robot-12"))
		if err := os.Chown(filepath.Join(root, "tmp", name), owner, owner); err != nil {
			t.Fatal(err)
		}
	}
	got := fake(root, nil).scan()
	if len(got) != 2 || got[0].Skip != nil || !errors.Is(got[1].Skip, ErrForeign) {
		t.Errorf("found %+v", got)
	}
}
