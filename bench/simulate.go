package main

import (
	"fmt"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// simulateFamily measures how fast steadytest.Simulate goes, with all that it
// checks after each step, and with graphs that are built and stopped for each seed.
func simulateFamily() family {
	return family{name: "simulate", title: "Simulation", figures: []figure{{
		name: "steps of a simulation of three actors", unit: "million/s", bound: atLeast(2, 8),
		measure: func() (float64, error) {
			tb := &quietTB{}
			sum := steadytest.Simulate(tb, simulated, steadytest.Options{Seeds: 500, Steps: 4000})
			if tb.err != nil {
				return 0, tb.err
			}
			return float64(sum.Steps) / sum.Took.Seconds() / 1e6, nil
		},
	}}}
}

// simulated is a source, a stage and a sink that checks what arrives.
func simulated(g *steady.Graph) {
	a, b := steady.NewChan[uint64](g, "a", 4), steady.NewChan[uint64](g, "b", 4)
	next, got := steady.NewState(g, "next", uint64(0)), steady.NewState(g, "got", uint64(0))
	steady.Source(g, "source", a, func(a *steady.Actor, out *steady.Tx[uint64]) error {
		for a.Running() {
			n := next.Get()
			if err := out.Send(n); err != nil {
				return err
			}
			next.Set(n + 1)
		}
		return nil
	}, next)
	steady.Stage(g, "stage", a, b, func(_ *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[uint64]) error {
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(g, "sink", b, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		for v := range in.All() {
			n := got.Get()
			if v != n {
				return fmt.Errorf("got %d, want %d", v, n)
			}
			got.Set(n + 1)
		}
		return nil
	}, got)
}

// quietTB is a test of which only the failure is of interest.
type quietTB struct {
	testing.TB
	err error
}

func (t *quietTB) Helper()             {}
func (t *quietTB) Name() string        { return "bench" }
func (t *quietTB) Logf(string, ...any) {}
func (t *quietTB) Failed() bool        { return t.err != nil }
func (t *quietTB) Errorf(format string, args ...any) {
	t.err = fmt.Errorf(format, args...)
}
func (t *quietTB) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
