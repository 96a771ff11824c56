package publish

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A copy of the test that finds this in its environment is another user, and
// tries to stop the service whose socket it names.
const envIntruder = "PUBLISH_TEST_INTRUDER"

func init() {
	path := os.Getenv(envIntruder)
	if path == "" {
		return
	}
	c, err := net.Dial("unix", path)
	if err != nil {
		fmt.Println(err)
		os.Exit(0)
	}
	_, _ = io.WriteString(c, "POST /v1/shutdown HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		"Content-Length: 31\r\n\r\n{\"instance\":\"00000000feedface\"}")
	b, err := io.ReadAll(c)
	fmt.Printf("read %d bytes, %v\n", len(b), err)
	os.Exit(0)
}

// intrude runs a copy of this test as another user.
func intrude(t *testing.T, path string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		const why = "acting as another user needs root: run `sudo -E go test ./runtime/internal/publish`"
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{envIntruder + "=" + path}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestAnotherUserCanNeitherReadNorStop(t *testing.T) {
	svc := newFake(2)
	s := serve(t, svc)
	if got := intrude(t, s.SocketPath()); !strings.Contains(got, "permission denied") {
		t.Errorf("through the folder: %s", got)
	}
	// Somebody opens the folder and the socket to all. Connecting then works,
	// and still nothing comes of it.
	if err := os.Chmod(filepath.Dir(s.SocketPath()), 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(s.SocketPath(), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := intrude(t, s.SocketPath()); !strings.HasPrefix(got, "read 0 bytes") {
		t.Errorf("through an open socket: %s", got)
	}
	if len(svc.asked) != 0 {
		t.Errorf("asked to stop: %q", svc.asked)
	}
}
