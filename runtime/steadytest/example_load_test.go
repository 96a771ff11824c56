package steadytest_test

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/steadytest"
)

func temperature(i uint64) float64 { return float64(i % 100) }

// Does my graph keep up with 10,000 messages a second? How long do they wait?
func ExampleLoad() {
	var t *testing.T // that of your test

	f := steadytest.Load(t, furnace, steadytest.Drive[float64]{
		Source: "sensor", Next: temperature, Rate: 10_000, For: 5 * time.Second,
	})
	t.Logf("\n%v", f)
	if f.Sent < f.Due || f.Channel("alarms").Wait.P99 > 10*time.Millisecond {
		t.Error("it does not keep up")
	}
}

// How much can my graph take? In a benchmark one operation is one message.
func ExampleFigures_Report() {
	var b *testing.B // that of your benchmark

	steadytest.Load(b, furnace, steadytest.Drive[float64]{
		Source: "sensor", Next: temperature, Count: uint64(b.N),
	}).Report(b)
}
