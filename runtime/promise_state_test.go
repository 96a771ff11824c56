package steady

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// A change is on disk after the interval and the body that runs then, even if
// the bodies were short before and look up only after thousands of them.
func TestABodyThatBecomesSlowHidesNoState(t *testing.T) {
	disk := memfs.New()
	var ended [burst + slowOnes]atomic.Int64 // when each body was over
	var done atomic.Bool
	bubble(t, func(g *Graph) {
		g.files = disk
		s := NewState(g, "s", -1, Persist("/s", SyncEvery(10*time.Second)))
		g.Actor("owner", s).Run(func(a *Actor) error {
			for i := range burst + slowOnes {
				s.Set(i)
				if i < burst {
					<-time.After(1)
				} else {
					<-time.After(7 * time.Second)
				}
				ended[i].Store(int64(g.sched.Now()))
				a.Running()
			}
			done.Store(true)
			return nil
		})
		g.Actor("watch").Run(func(a *Actor) error {
			for !done.Load() {
				a.Wait(a.Every(time.Second))
				v, _ := onDisk[int](t, disk, "/s", "s")
				for i := max(v, 0) + 1; i < burst+slowOnes && ended[i].Load() != 0; i++ {
					if late := g.sched.Now() - time.Duration(ended[i].Load()); late > 10*time.Second+2*7*time.Second+time.Second {
						t.Errorf("%d is not on disk %v after its iteration", i, late)
					}
				}
			}
			return nil
		})
	}, noError)
}
