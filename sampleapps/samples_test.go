// Package sampleapps tests that the samples do what their lessons say, as the
// programs that a reader would start.
package sampleapps

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// bin is the folder of the built samples, and of steadytop.
var bin string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "samples")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		bin = dir
		if out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./...", "../cmd/steadytop").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// sample is a running sample.
type sample struct {
	*exec.Cmd
	out *bufio.Scanner
	err strings.Builder
	dir string
}

func start(t *testing.T, name string, args ...string) *sample {
	t.Helper()
	dir, err := os.MkdirTemp("", "st") // short: the path of a socket is limited
	if err != nil {
		t.Fatal(err)
	}
	s := &sample{Cmd: exec.Command(filepath.Join(bin, name), args...), dir: dir}
	s.Env = append(os.Environ(), "STEADYTOP_DIR="+dir)
	s.Stderr = &s.err
	pipe, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = bufio.NewScanner(pipe)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.Process.Kill()
		_ = os.RemoveAll(dir)
	})
	return s
}

// line returns the next line of the output that starts with prefix.
func (s *sample) line(t *testing.T, prefix string) string {
	t.Helper()
	for s.out.Scan() {
		if strings.HasPrefix(s.out.Text(), prefix) {
			return s.out.Text()
		}
	}
	t.Fatalf("%s ended before it printed %q; stderr: %s", s.Path, prefix, s.err.String())
	return ""
}

// published waits until the socket of the service is there.
func (s *sample) published(t *testing.T) {
	t.Helper()
	for s.ProcessState == nil && syscall.Kill(s.Process.Pid, 0) == nil {
		if found, _ := filepath.Glob(filepath.Join(s.dir, "*.sock")); len(found) == 1 {
			return
		}
	}
	t.Fatalf("%s published nothing; stderr: %s", s.Path, s.err.String())
}

func (s *sample) terminate(t *testing.T) {
	t.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

func (s *sample) clean(t *testing.T) {
	t.Helper()
	for s.out.Scan() { // to its end
	}
	if err := s.Wait(); err != nil {
		t.Errorf("%s: %v; stderr: %s", s.Path, err, s.err.String())
	}
}

func TestMinimumBeatsAndStops(t *testing.T) {
	s := start(t, "minimum")
	s.line(t, "beat 1")
	s.terminate(t)
	s.clean(t)
}

func TestStandardReceivesEverythingItSent(t *testing.T) {
	for _, rate := range []string{"1000", "0"} {
		s := start(t, "standard", "-rate", rate)
		s.published(t)
		s.terminate(t)
		var sent, received uint64
		if _, err := fmt.Sscanf(s.line(t, "sent="), "sent=%d received=%d", &sent, &received); err != nil {
			t.Fatal(err)
		}
		if sent != received {
			t.Errorf("rate %s: sent %d, received %d", rate, sent, received)
		}
		s.clean(t)
	}
}

func TestEmbeddedIsSeenAndStops(t *testing.T) {
	s := start(t, "embedded", "-addr", "127.0.0.1:0")
	s.line(t, "serving 127.0.0.1:")
	s.published(t)
	if n := len(s.snapshot(t).Actors); n != 2 {
		t.Errorf("%d actors, want 2", n)
	}
	s.terminate(t)
	s.line(t, "booked 0 orders, sum 0")
	s.clean(t)
}

func TestRobustLosesNothing(t *testing.T) {
	for seed := range 3 {
		s := start(t, "robust", "-messages", "1000000", "-panics", "1000", "-seed", fmt.Sprint(seed))
		if got, want := s.line(t, "sent="), "sent=1000000 received=1000000 lost=0 duplicated=0 panics=1000"; got != want {
			t.Errorf("seed %d: got %s, want %s", seed, got, want)
		}
		s.clean(t)
	}
}

func TestRobotDrainsItsLoop(t *testing.T) {
	s := start(t, "robot")
	s.published(t)
	s.terminate(t)
	s.clean(t)
}

func TestPerformantMovesWhatItSays(t *testing.T) {
	s := start(t, "performant", "-for", "20ms", "-slots", "64", "-size", "30")
	for _, way := range []string{"one by one", "in batches", "in place"} {
		if line := s.line(t, way); !strings.HasSuffix(line, "right") {
			t.Error(line)
		}
	}
	s.clean(t)
}

func TestPerformantStopsAsAService(t *testing.T) {
	s := start(t, "performant", "-forever", "-ways", "batch", "-troupe")
	s.published(t)
	s.terminate(t)
	s.line(t, "in batches: ")
	s.clean(t)
}

func TestOverloadLosesNothing(t *testing.T) {
	s := start(t, "overload")
	s.published(t)
	if n := len(s.snapshot(t).Actors); n != 500 {
		t.Errorf("%d actors, want 500", n)
	}
	s.terminate(t)
	var sent, received, dead uint64
	if _, err := fmt.Sscanf(s.line(t, "sent="), "sent=%d received=%d dead=%d", &sent, &received, &dead); err != nil {
		t.Fatal(err)
	}
	if sent == 0 || sent != received+dead {
		t.Errorf("sent %d, received %d, dead letters %d", sent, received, dead)
	}
	s.clean(t)
}

func TestOverloadShowsItsHog(t *testing.T) {
	s := start(t, "overload", "-hog")
	s.published(t)
	named := func() bool {
		shot := s.snapshot(t)
		for _, f := range shot.Findings {
			if f.Kind == "hog" && shot.Actors[f.Actor].Name == "eu.work.7" {
				return true
			}
		}
		return false
	}
	for tries := 1; !named(); tries++ {
		if tries == 100 { // it blocks most of the time
			t.Fatal("nobody names the hog")
		}
	}
	s.terminate(t)
	s.clean(t)
}

// snapshot is the part of `steadytop snapshot --format json` that tests read.
type snapshot struct {
	Actors   []struct{ Name string }
	Findings []struct {
		Kind  string
		Actor int
	}
}

func (s *sample) snapshot(t *testing.T) (shot snapshot) {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, "steadytop"), "snapshot", "--format", "json")
	cmd.Env = s.Env
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &shot); err != nil {
		t.Fatal(err)
	}
	return shot
}
