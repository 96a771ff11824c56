package statefile_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A process that saves three times is killed at each call of each kind that it
// makes. The kernel decides what that leaves behind, not a model.
func TestKilledAtEveryCall(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		const why = "this test kills at system calls with strace: apt-get install strace"
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	if out, err := exec.Command(strace, "-f", "-qq", "-o", "/dev/null", "true").CombinedOutput(); err != nil {
		t.Skipf("no process can be traced here: %v: %s", err, out)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	kills := 0
	for _, call := range []string{"openat", "write", "fsync", "close", "linkat", "renameat", "renameat2", "unlinkat", "flock", "ftruncate"} {
		for when := 1; ; when++ {
			path := filepath.Join(t.TempDir(), "state")
			c := launch(t, exec.Command(strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace="+call,
				"-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, when), exe, path), "thrice")
			n, err := c.said(0)
			if err != nil {
				t.Fatal(err)
			}
			checkKilled(t, path, n)
			if c.cmd.ProcessState.Success() {
				if n != 3 {
					t.Fatalf("%s, call %d: the child ended well, and had saved %d times", call, when, n)
				}
				break // there is no such call
			}
			kills++
		}
	}
	t.Logf("killed at %d calls: each time the old or the new value", kills)
	if kills < 30 { // three saves make more calls than that
		t.Errorf("killed at %d calls only", kills)
	}
}
