package steadytest

import (
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/sim"
)

// smallest is the simplest run found that fails like the first one.
type smallest struct {
	plan plan
	made []uint16
}

// shrinkFor is how long shrink looks for a simpler schedule.
const shrinkFor = 3 * time.Second

// shrink makes a failing run simpler for as long as it fails in the same way: it
// leaves out faults, has them and the stop come sooner, then makes the obvious
// choice in place of others, in ever smaller groups. (Delta debugging, Zeller and
// Hildebrandt 2002.)
func shrink(t testing.TB, build func(*steady.Graph), o *Options, seed uint64, p plan, out outcome) smallest {
	s := smallest{plan: p, made: out.made}
	want, end := kind(out.err), time.Now().Add(shrinkFor)
	late := func() bool { return time.Now().After(end) }
	short := *o // a simpler run is not much longer
	short.pool = sim.Pool{}
	short.MaxSteps = 2*out.steps + 1000
	defer short.pool.Close()
	fails := func(p plan, made []uint16) bool {
		if late() {
			return false
		}
		got := once(t, build, &short, p, sim.Replay(seed, made), nil)
		if kind(got.err) != want {
			return false
		}
		s.plan, s.made = p, trim(got.made)
		return true
	}
	fails(p, s.made)
	for better := true; better && !late(); {
		better = false
		for size := len(s.plan.faults); size > 0; size /= 2 {
			for from := 0; from < len(s.plan.faults) && !late(); {
				if fails(s.plan.spared(from, size), s.made) {
					better = true
				} else {
					from += size
				}
			}
		}
		if s.plan.kill > 0 {
			better = fails(s.plan.alive(), s.made) || better
		}
		if len(s.plan.errors) > 0 {
			better = fails(s.plan.withoutErrors(), s.made) || better
		}
		for cut := s.plan.stop / 2; cut > 0; cut /= 2 {
			for s.plan.stop >= cut && fails(s.plan.sooner(cut), s.made) {
				better = true
			}
		}
		for i := range s.plan.faults {
			first := 1 // not before the one before it, which it would have to wait for
			if i > 0 {
				first = s.plan.faults[i-1].at
			}
			for cut := s.plan.faults[i].at / 2; cut > 0; cut /= 2 {
				for s.plan.faults[i].at-cut >= first && fails(s.plan.earlier(i, cut), s.made) {
					better = true
				}
			}
		}
		for size := len(s.made); size > 0 && !late(); size /= 2 {
			for from := 0; from < len(s.made) && !late(); from += size {
				if made, changed := obvious(s.made, from, size); changed {
					better = fails(s.plan, made) || better
				}
			}
		}
	}
	return s
}

// obvious returns decisions with the obvious choice in some of them.
func obvious(made []uint16, from, size int) (_ []uint16, changed bool) {
	made = append([]uint16(nil), made...)
	for i := from; i < min(from+size, len(made)); i++ {
		changed = changed || made[i] != 0
		made[i] = 0
	}
	return made, changed
}

// trim drops the obvious choices at the end.
func trim(made []uint16) []uint16 {
	for len(made) > 0 && made[len(made)-1] == 0 {
		made = made[:len(made)-1]
	}
	return append([]uint16(nil), made...)
}
