//go:build unix

package e2e

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/steadytop/steadytop/collector"
)

const deadlocked = `deadlock: a, b and c wait for each other: "ab", "bc" and "ca" are full`

// snapshot runs steadytop snapshot and returns what it prints.
func (s *stage) snapshot(args ...string) string {
	s.t.Helper()
	c := exec.Command(filepath.Join(bin, "steadytop"), append([]string{"snapshot"}, args...)...)
	c.Env = s.env()
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("snapshot: %v\n%s", err, out)
	}
	return string(out)
}

// TestALoopThatFillsIsNamed: a real service in which three actors wait for each
// other for ever is named as such by all who look.
func TestALoopThatFillsIsNamed(t *testing.T) {
	s := newStage(t)
	s.service("deadlock")
	w := s.steadytop(160, 50)
	w.shows(deadlocked, `a has waited for room in "ab"`)

	s.snapshotSays("deadlock", "why: "+deadlocked)
	var snap collector.Snapshot
	if err := json.Unmarshal([]byte(s.snapshot("deadlock", "--format", "json")), &snap); err != nil {
		t.Fatal(err)
	}
	if snap.Why.Headline != deadlocked || snap.Why.Actor < 0 || len(snap.Why.Evidence) != 5 {
		t.Errorf("verdict %+v", snap.Why)
	}
	for i := range snap.Actors {
		a := &snap.Actors[i]
		if in := a.Name != "feeder"; in != (a.Severity == collector.Full) {
			t.Errorf("%s is %v", a.Name, a.Severity)
		}
	}
}
