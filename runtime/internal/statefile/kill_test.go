//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package statefile_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// after a child was killed that had said n, the file holds n or the number that
// was on its way, it is whole, and nothing is left over.
func checkKilled(t *testing.T, path string, n uint64) uint64 {
	t.Helper()
	s, l, err := openAt(path)
	if err != nil {
		t.Fatalf("killed after %d: %v", n, err)
	}
	got := uint64(0)
	if l.Record != nil {
		if got, err = number(l.Payload); err != nil {
			t.Fatalf("killed after %d: %v", n, err)
		}
	}
	if got != n && got != n+1 || l.Warning != "" {
		t.Fatalf("killed after %d: loaded %d, %s", n, got, l.Warning)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".tmp") {
			t.Fatalf("killed after %d: %s is left over", n, f.Name())
		}
	}
	return got
}

// A process that saves as fast as it can is killed at random moments, time and
// again, on one file. STEADY_KILLS says how often; `STEADY_KILLS=1000 go test`.
func TestKilledAtRandom(t *testing.T) {
	kills := 50
	if s := os.Getenv("STEADY_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		kills = n
	}
	path := filepath.Join(t.TempDir(), "state")
	n, cut := uint64(0), 0
	for range kills {
		c := start(t, "save", path)
		if _, err := c.out.Peek(8); err != nil { // it has begun
			t.Fatal(err)
		}
		time.AfterFunc(rand.N(20*time.Millisecond), func() { _ = c.cmd.Process.Kill() })
		said, err := c.said(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path + ".tmp"); err == nil {
			cut++
		}
		n = checkKilled(t, path, said)
	}
	t.Logf("%d kills, %d in a save, %d saves: each time the old or the new value", kills, cut, n)
}
