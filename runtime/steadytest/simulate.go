package steadytest

import (
	"flag"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/sim"
)

var (
	oneSeed = flag.Int64("steadytest.seed", -1, "have every simulation run this seed alone, and print its trace")
	seeds   = flag.Int("steadytest.seeds", 0, "have every simulation run so many seeds")
)

// Options say what Simulate does. The zero value is useful.
type Options struct {
	// Seeds is how many runs there are, with the seeds First, First+1 and so on. 0
	// means 1,000. The flags -steadytest.seeds and -steadytest.seed overrule it.
	Seeds int
	First uint64
	// Steps is how far a run goes before a stop is requested: after a random number
	// of steps below it, if the graph has not ended before. 0 means 1,000, and less
	// than 8 means 8.
	Steps int
	// MaxSteps is how many steps a run may take until it has ended. 0 means a
	// million more than Steps.
	MaxSteps int
	// Faults are what may happen. 0 means Panics, Delays and Jumps.
	Faults Faults
	// Setup, if it is not nil, is called for each graph before it runs: to mock
	// actors, tap channels, and say with Ensure what has to hold in the end.
	Setup func(g *Graph)
	// Judge, if it is not nil, is asked whether what Serve has returned is as it
	// should be, and returns what is wrong with it. Without it, every error is.
	// What Ensure was told is asked only when Serve has returned nil.
	Judge func(err error) error

	pool   sim.Pool
	listen *contents // nil when nobody does
}

// simulating is held while there is a simulation: points know of one only.
var simulating sync.Mutex

// Simulate runs the graph that build makes many times, each time in another
// order of all that its actors do. See the package documentation for what it
// finds, and what is outside of it.
func Simulate(t testing.TB, build func(*steady.Graph), o Options) (sum Simulated) {
	t.Helper()
	simulating.Lock()
	defer simulating.Unlock()
	defer o.pool.Close()
	if o.Seeds < 0 || o.Steps < 0 || o.MaxSteps < 0 {
		t.Fatalf("steadytest: Simulate: want 0 or more: Seeds %d, Steps %d, MaxSteps %d", o.Seeds, o.Steps, o.MaxSteps)
	}
	if o.Steps == 0 {
		o.Steps = 1000
	}
	o.Steps = max(o.Steps, 8)
	if o.MaxSteps == 0 {
		o.MaxSteps = o.Steps + 1_000_000
	}
	if o.Seeds == 0 {
		o.Seeds = 1000
	}
	if *seeds > 0 {
		o.Seeds = *seeds
	}
	if *oneSeed >= 0 {
		sum.add(replay(t, build, &o, uint64(*oneSeed)))
		return sum
	}
	begin := time.Now()
	orders, failed := map[uint64]bool{}, t.Failed()
	for i := range o.Seeds {
		seed := o.First + uint64(i)
		p := newPlan(seed, o.Faults, o.Steps)
		var heard *contents
		if i < 3 {
			heard = new(contents)
		}
		out := hear(heard, t, build, &o, seed, p)
		orders[out.hash] = true
		sum.add(out)
		if out.err == nil && t.Failed() && !failed {
			t.Errorf("seed %d: this run has failed the test by itself\n\nTo see all of it: %s", seed, command(t, seed))
			break
		}
		if out.err != nil {
			fail(t, build, &o, seed, p, out)
			break
		}
		if heard != nil && !sameAgain(t, build, &o, seed, p, out, heard) {
			break
		}
	}
	sum.Orders, sum.Took = len(orders), time.Since(begin)
	t.Logf("%v", &sum)
	return sum
}

// hear is once for a seed, with somebody who listens to the channels, or nobody.
func hear(c *contents, t testing.TB, build func(*steady.Graph), o *Options, seed uint64, p plan) outcome {
	o.listen = c
	defer func() { o.listen = nil }()
	return once(t, build, o, p, sim.FromSeed(seed), nil)
}

// sameAgain runs a seed once more and reports whether just the same happens. If it does
// not, the test has failed.
func sameAgain(t testing.TB, build func(*steady.Graph), o *Options, seed uint64, p plan, out outcome, first *contents) bool {
	t.Helper()
	second := new(contents)
	again := hear(second, t, build, o, seed, p)
	if again.err != nil {
		fail(t, build, o, seed, p, again)
		return false
	}
	what := first.difference(second)
	if again.hash == out.hash && what == "" {
		return true
	}
	if again.hash != out.hash && what == "" {
		what = "its steps came in another order"
	}
	t.Errorf("steadytest: seed %d went another way when it was run again: %s: an actor depends on something else than its messages and the clock of its graph: "+
		"time.Now, goroutines, the order of a map, random numbers, or what an earlier run left behind", seed, what)
	return false
}

// Simulated sums up what Simulate has done.
type Simulated struct {
	Seeds  int // that were run
	Orders int // of all that happened, of which no two are the same
	Steps  int // places at which the seed could choose
	Took   time.Duration

	Panics, Delays, Jumps, Kills, DiskErrors int // that happened
}

func (s *Simulated) add(out outcome) {
	s.Seeds++
	s.Steps += out.steps
	s.Panics += out.happened.Panics
	s.Delays += out.happened.Delays
	s.Jumps += out.happened.Jumps
	s.Kills += out.happened.Kills
	s.DiskErrors += out.happened.DiskErrors
}

// String puts the sum into a line.
func (s *Simulated) String() string {
	return fmt.Sprintf("%d seeds, %d orders, %d steps (%.1f million a second), %d panics, %d delays, %d jumps of the clock, %d kills, %d errors of the disk",
		s.Seeds, s.Orders, s.Steps, float64(s.Steps)/max(s.Took.Seconds(), 1e-9)/1e6, s.Panics, s.Delays, s.Jumps, s.Kills, s.DiskErrors)
}

// replay runs one seed and prints all of it.
func replay(t testing.TB, build func(*steady.Graph), o *Options, seed uint64) outcome {
	t.Helper()
	p := newPlan(seed, o.Faults, o.Steps)
	out := once(t, build, o, p, sim.FromSeed(seed), &sim.Trace{})
	t.Logf("seed %d: %v\n%s", seed, p, out.trace)
	if out.err != nil {
		t.Errorf("seed %d: %v", seed, out.err)
	}
	return out
}

// fail reports what a seed has found, with the smallest schedule that shows it.
func fail(t testing.TB, build func(*steady.Graph), o *Options, seed uint64, p plan, out outcome) {
	t.Helper()
	s := shrink(t, build, o, seed, p, out)
	last := once(t, build, o, s.plan, sim.Replay(seed, s.made), &sim.Trace{Last: 100_000})
	if kind(last.err) != kind(out.err) {
		t.Errorf("seed %d: %v\n\nIt did not fail like that when it was run again: an actor depends on something else than its messages and the clock of its graph", seed, out.err)
		return
	}
	t.Errorf("seed %d: %v\n\nTo see all of it: %s\nThe smallest schedule found: %v; %s. It goes like this:\n%s",
		seed, out.err, command(t, seed), s.plan, switches(s.made), last.trace.Excerpt())
}

// command is what runs a seed again.
func command(t testing.TB, seed uint64) string {
	tags := ""
	if park.Points {
		tags = "-tags steadysim "
	}
	return fmt.Sprintf("go test %s-run '%s' -steadytest.seed=%d", tags, only(t.Name()), seed)
}

// only is the pattern of a test and no other.
func only(name string) string {
	return "^" + strings.ReplaceAll(regexp.QuoteMeta(name), "/", "$/^") + "$"
}

func switches(made []uint16) string {
	n := 0
	for _, k := range made {
		if k != 0 {
			n++
		}
	}
	return fmt.Sprintf("%d of %d decisions are not the obvious one", n, len(made))
}

var digits = regexp.MustCompile(`[0-9]+`)

// kind is what two failures have in common that are the same.
func kind(err error) string {
	if err == nil {
		return ""
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return digits.ReplaceAllString(line, "#")
}
