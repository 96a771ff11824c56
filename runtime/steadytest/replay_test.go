package steadytest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/sim"
)

// traceOf runs one seed of a scenario and returns all that happened, and the
// decisions.
func traceOf(t *testing.T, s *scenario, seed uint64) (string, []uint16) {
	o := s.o
	defer o.pool.Close()
	o.Steps = 400
	out := once(t, s.build, &o, newPlan(seed, o.Faults, o.Steps), sim.FromSeed(seed), &sim.Trace{})
	if out.err != nil {
		t.Errorf("%s: seed %d: %v", s.name, seed, out.err)
	}
	return out.trace.String(), out.made
}

// The same seed gives the same trace, byte for byte, each of a thousand times.
func TestReplayIsExact(t *testing.T) {
	for i := range zoo {
		s := &zoo[i]
		want, _ := traceOf(t, s, 7)
		for range 1000 / len(zoo) {
			if got, _ := traceOf(t, s, 7); got != want {
				t.Fatalf("%s: seed 7 went another way:\n%s", s.name, firstDifference(got, want))
			}
		}
	}
	want, _ := traceOf(t, &zoo[0], 8)
	for range 1000 {
		if got, _ := traceOf(t, &zoo[0], 8); got != want {
			t.Fatalf("seed 8 went another way:\n%s", firstDifference(got, want))
		}
	}
}

// A list of decisions stands for the seed that has made them.
func TestReplayOfDecisions(t *testing.T) {
	s := &zoo[0]
	want, made := traceOf(t, s, 9)
	o := s.o
	defer o.pool.Close()
	o.Steps = 400
	out := once(t, s.build, &o, newPlan(9, o.Faults, o.Steps), sim.Replay(9, made), &sim.Trace{})
	if got := out.trace.String(); got != want {
		t.Errorf("the decisions of seed 9 led another way:\n%s", firstDifference(got, want))
	}
}

// Other machines see the same: the sums of some traces were written on one, and
// are compared on every one that runs the tests, the emulated ones of `make arm`
// included. They change with the library, as the traces do.
func TestReplayOnAnyMachine(t *testing.T) {
	file := "testdata/traces.txt"
	if park.Points {
		file = "testdata/traces-with-points.txt"
	}
	var sums strings.Builder
	for i := range zoo {
		trace, _ := traceOf(t, &zoo[i], 3)
		fmt.Fprintf(&sums, "%-12s seed 3: %5d lines, %x\n", zoo[i].name, strings.Count(trace, "\n"), sha256.Sum256([]byte(trace)))
	}
	if *update {
		if err := os.WriteFile(file, []byte(sums.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if sums.String() != string(want) {
		t.Errorf("traces are other ones than those in %s; if that is meant, run the test with -update:\n%s", file, firstDifference(sums.String(), string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "one is longer than the other"
}
