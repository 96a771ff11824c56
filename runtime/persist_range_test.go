package steady

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// A value that was set before a call of Running in the body of a range is handed
// to the saver when the body ends, however slow the bodies have become that
// follow: a crash loses the changes of the interval and no more.
func TestAStateSetBeforeRunningInARangeIsSaved(t *testing.T) {
	disk := memfs.New()
	bubble(t, func(g *Graph) {
		g.files = disk
		in := NewChan[int](g, "in", 1<<14)
		seen := NewState(g, "seen", 0, Persist("/seen", SyncEvery(time.Second)))
		Source(g, "source", in, counted(220, never))
		Sink(g, "sink", in, func(a *Actor, rx *Rx[int]) error {
			for v := range rx.All() {
				switch {
				case v < 200:
					seen.Set(v)
					// Thousands of them fit between two looks; the clock of this test says nothing of that.
					a.stride, a.nextLook = 4096, a.tick+4096
					continue
				case v == 205: // all that was set before has been saved
					seen.Set(v)
					a.Running()
				}
				<-time.After(time.Second)
				if saved, _ := onDisk[int](t, disk, "/seen", "seen"); v > 208 && saved != 205 {
					t.Errorf("205 was set %d s ago, and %d is on disk", v-204, saved)
				}
			}
			return nil
		}, seen)
	}, noError)
}
