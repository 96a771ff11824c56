package window

import (
	"math"
	"testing"
	"time"
)

// Of a native channel the fill is known, up and down, and nothing else; nor are
// the sums that it would be a part of.
func TestNativeChannel(t *testing.T) {
	nan := math.NaN()
	for name, capacity := range map[string]uint64{"buffered": 10, "unbuffered": 0} {
		t.Run(name, func(t *testing.T) {
			world := newWorld(2)
			world.top.Channels[0].Native, world.top.Channels[0].Capacity = true, capacity
			w := New(world.top)
			for i, length := range []uint64{0, 9, 3, 10, 0, 5, 5, 5, 5, 5} {
				world.pass(time.Second, 1)
				world.frame.Channels.Sent[0] = min(length, capacity)
				add(t, w, &world.frame)
				c, fill := w.Channels()[0], nan
				if capacity > 0 {
					fill = float64(length) / float64(capacity)
				}
				if c.Length != min(length, capacity) {
					t.Errorf("step %d: length %d", i, c.Length)
				}
				near(t, "fill", c.Fill, fill)
				for _, v := range []float64{c.SentRate, c.TakeRate, c.Long.SentRate, c.Long.TakeRate, c.P50, c.P99} {
					near(t, "what is unknown", v, nan)
				}
				if i > 0 {
					near(t, "out of the sender", w.Actors()[0].Out, nan)
					near(t, "into the receiver", w.Actors()[1].In, nan)
					near(t, "into the sender", w.Actors()[0].In, 0)
				}
			}
			if capacity > 0 {
				near(t, "mean fill", w.Channels()[0].Long.Fill, 0.5)
			}
		})
	}
}
