package steadytest

import (
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/sim"
)

// BenchmarkSteps runs three actors for b.N steps, with all checks.
func BenchmarkSteps(b *testing.B) {
	o := Options{Steps: b.N, MaxSteps: b.N + 10_000, Faults: NoFaults}
	defer o.pool.Close()
	steps := 0
	for seed := uint64(0); steps < b.N; seed++ {
		out := once(b, three, &o, plan{stop: b.N / 10}, sim.FromSeed(seed), nil)
		if out.err != nil {
			b.Fatal(out.err)
		}
		steps += out.steps
	}
}
