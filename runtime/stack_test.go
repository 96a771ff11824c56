package steady

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// An actor has its conditions on its stack twice: as it made them, and as the
// arguments of the wait.
func TestAConditionIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Cond{}); n > 24 {
		t.Errorf("a Cond has %d bytes", n)
	}
}

// Parked actors keep the stack that a goroutine begins with, whatever they wait for.
func TestParkedActorsKeepASmallStack(t *testing.T) {
	if raceDetector || park.Points {
		t.Log("the frames of this build are larger: only a look whether it runs")
	}
	limit := uint64(3 << 10)
	if runtime.GOARCH == "arm64" {
		limit = 5 << 10 // its frames are larger: most waits need the next size of stack, 4 KB
	}
	hour := time.Hour
	for name, wait := range map[string]func(a *Actor, in *Rx[int], out *Tx[int]){
		"All": func(_ *Actor, in *Rx[int], _ *Tx[int]) {
			for range in.All() {
				return
			}
		},
		"Batches": func(_ *Actor, in *Rx[int], _ *Tx[int]) {
			for range in.Batches(0) {
				return
			}
		},
		"message and room":   func(a *Actor, in *Rx[int], out *Tx[int]) { a.Wait(in.Avail(1), out.Vacant(1)) },
		"message or tick":    func(a *Actor, in *Rx[int], _ *Tx[int]) { a.WaitAny(in.Avail(1), a.Every(hour)) },
		"message or timeout": func(a *Actor, in *Rx[int], _ *Tx[int]) { a.WaitAny(in.Avail(1), a.After(hour)) },
		"a time":             func(a *Actor, _ *Rx[int], _ *Tx[int]) { a.Wait(a.After(hour)) },
		"a group": func(a *Actor, in *Rx[int], out *Tx[int]) {
			a.WaitAny(All(in.Avail(1), out.Vacant(1)), a.After(hour))
		},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 1000
			g := &Graph{}
			c := NewChan[int](g, "0", 2)
			Source(g, "source", c, func(a *Actor, _ *Tx[int]) error { a.Wait(a.After(hour)); return nil })
			for i := range n {
				next := NewChan[int](g, fmt.Sprint(i+1), 2)
				Stage(g, fmt.Sprint("stage", i), c, next, func(a *Actor, in *Rx[int], out *Tx[int]) error {
					wait(a, in, out)
					return nil
				})
				c = next
			}
			Sink(g, "sink", c, func(_ *Actor, in *Rx[int]) error {
				for range in.All() {
					return nil
				}
				return nil
			})
			before := stackInUse()
			ended := make(chan error, 1)
			go func() { ended <- g.Serve(context.Background()) }()
			for _, a := range g.actors {
				for !parked(a) {
					<-time.After(time.Millisecond)
				}
			}
			each := (stackInUse() - before) / n
			if err := g.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if each > limit && !raceDetector && !park.Points {
				t.Errorf("%d bytes of stack each", each)
			}
		})
	}
}

func parked(a *Actor) bool { return a.goid.Load() != 0 && a.parker.Armed() }

func stackInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.StackInuse
}
