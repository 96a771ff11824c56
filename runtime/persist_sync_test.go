package steady

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// timers counts how often a timer was set.
type timers struct {
	sched.Scheduler
	set atomic.Int64
}

type countedTimer struct {
	sched.Timer
	set *atomic.Int64
}

func (s *timers) AfterFunc(d time.Duration, f func()) sched.Timer {
	s.set.Add(1)
	return countedTimer{s.Scheduler.AfterFunc(d, f), &s.set}
}

func (t countedTimer) Reset(d time.Duration) bool {
	t.set.Add(1)
	return t.Timer.Reset(d)
}

// A change is on disk at the end of the interval at the latest, there is one
// save in each interval at most, and none, nor a timer, when nothing changes.
func TestSyncEveryBoundsTheSavesAndTheLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := memfs.New()
		clock := &timers{Scheduler: sched.NewGo()}
		g := &Graph{files: disk, sched: clock}
		s := NewState(g, "s", 0, Persist("/s", SyncEvery(time.Second)))
		g.Actor("a", s).Run(func(a *Actor) error {
			s.Set(1)
			a.Wait(a.After(time.Nanosecond))
			if v, _ := onDisk[int](t, disk, "/s", "s"); v != 1 {
				t.Errorf("the first change waited: %d on disk", v)
			}
			for i := range 10_000 { // ten seconds
				s.Set(i)
				a.Wait(a.After(time.Millisecond))
				if i%100 == 0 {
					if v, n := onDisk[int](t, disk, "/s", "s"); v < i-1000 || n > uint64(i/1000+2) {
						t.Errorf("after %d ms: %d on disk, generation %d", i, v, n)
					}
				}
			}
			<-time.After(2 * time.Second)
			if v, _ := onDisk[int](t, disk, "/s", "s"); v != 9999 {
				t.Errorf("the last change is not on disk: %d", v)
			}
			if n := clock.set.Load(); n > 10_000+2*12 {
				t.Errorf("%d timers for 10,000 waits and 12 saves", n)
			}
			calls, before := 0, clock.set.Load()
			disk.Intercept(func(string, string) memfs.Fault { calls++; return memfs.Fault{} })
			<-time.After(time.Hour)
			if n := clock.set.Load(); calls > 0 || n != before {
				t.Errorf("without a change: %d calls, %d timers", calls, n-before)
			}
			return nil
		})
		if err := g.Serve(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestSyncOnStopSavesOnce(t *testing.T) {
	disk := memfs.New()
	bubble(t, func(g *Graph) {
		g.files = disk
		s := NewState(g, "s", 0, Persist("/s", SyncOnStop))
		g.Actor("a", s).Run(func(a *Actor) error {
			for i := range 100 {
				s.Set(i)
				a.Wait(a.After(time.Minute))
			}
			if _, n := onDisk[int](t, disk, "/s", "s"); n != 0 {
				t.Errorf("generation %d before the end", n)
			}
			return nil
		})
		g.Actor("longer").Run(func(a *Actor) error {
			a.Wait(a.After(101 * time.Minute))
			if v, n := onDisk[int](t, disk, "/s", "s"); v != 99 || n != 1 {
				t.Errorf("after the owner has ended: %d, generation %d", v, n)
			}
			return nil
		})
	}, noError)
}

// A slow disk delays neither the actor nor others of the saver's files, of
// which a few are written at a time.
func TestASlowDisk(t *testing.T) {
	const files = 3 * maxSaves
	disk := memfs.New()
	var now, most atomic.Int64
	bubble(t, func(g *Graph) {
		g.files = disk
		disk.Intercept(func(call, _ string) memfs.Fault {
			if call == "fsync" {
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				<-time.After(time.Second)
				now.Add(-1)
			}
			return memfs.Fault{}
		})
		for i := range files {
			s := NewState(g, fmt.Sprint(i), 0, Persist(fmt.Sprint("/", i)))
			g.Actor(fmt.Sprint(i), s).Run(func(a *Actor) error {
				begin := g.sched.Now()
				for v := range 1000 {
					s.Set(v)
					a.Wait(a.After(time.Millisecond))
				}
				if d := g.sched.Now() - begin; d != time.Second {
					t.Errorf("a second of work took %v", d)
				}
				return nil
			})
		}
	}, noError)
	if most.Load() != maxSaves {
		t.Errorf("%d saves at the same time", most.Load())
	}
	disk.Intercept(nil)
	for i := range files {
		if v, _ := onDisk[int](t, disk, fmt.Sprint("/", i), fmt.Sprint(i)); v != 999 {
			t.Errorf("file %d: %d", i, v)
		}
	}
}

// With SyncAlways nobody sees a message before the state that goes with it is
// on disk.
func TestSyncAlwaysSavesBeforeItIsSeen(t *testing.T) {
	const n = 300
	for _, s := range schedules {
		t.Run(s.name, func(t *testing.T) {
			disk := memfs.New()
			g := &Graph{Park: s.park, files: disk}
			a, b := NewChan[int](g, "a", 64), NewChan[int](g, "b", 64)
			last := NewState(g, "last", -1, Persist("/last", SyncAlways))
			place := func(i int) Option { return s.on[i%len(s.on)] }
			Source(g, "source", a, counted(n, never), place(0))
			Stage(g, "stage", a, b, func(_ *Actor, in *Rx[int], out *Tx[int]) error {
				for v := range in.All() {
					last.Set(v)
					if err := out.Send(v); err != nil {
						return err
					}
				}
				out2 := last.Get() + 1
				last.Set(out2) // and this one is seen by the end of the channel
				return out.Send(out2)
			}, place(1), last)
			Sink(g, "sink", b, func(_ *Actor, in *Rx[int]) error {
				got := 0
				for v := range in.All() {
					if saved, _ := onDisk[int](t, disk, "/last", "last"); saved < v {
						t.Errorf("received %d, %d on disk", v, saved)
					}
					got++
				}
				if got != n+1 {
					t.Errorf("received %d", got)
				}
				return nil
			}, place(2))
			if err := g.Serve(context.Background()); err != nil {
				t.Error(err)
			}
			checkInvariants(t, g)
			if _, gen := onDisk[int](t, disk, "/last", "last"); gen != n+1 {
				t.Errorf("%d saves", gen)
			}
		})
	}
}

// Neither is it when a state is set only now and then, among iterations so short
// that most boundaries do not look, and Running looks in the middle of one.
func TestSyncAlwaysAmongManyShortIterations(t *testing.T) {
	const n, each = 200_000, 500
	disk := memfs.New()
	g := &Graph{files: disk}
	a, b := NewChan[int](g, "a", 1024), NewChan[int](g, "b", 64)
	last := NewState(g, "last", 0, Persist("/last", SyncAlways))
	Source(g, "source", a, counted(n, never))
	Stage(g, "stage", a, b, func(act *Actor, in *Rx[int], out *Tx[int]) error {
		for v := range in.All() {
			if v%each == each-1 {
				last.Set(v)
				act.Running()
			}
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	}, last)
	Sink(g, "sink", b, func(act *Actor, in *Rx[int]) error {
		for v := range in.All() {
			if v%each != each-1 {
				continue
			}
			if saved, _ := onDisk[int](t, disk, "/last", "last"); saved < v {
				t.Errorf("received %d, %d on disk", v, saved)
			}
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	if v, gen := onDisk[int](t, disk, "/last", "last"); v != n-1 || gen != n/each {
		t.Errorf("%d on disk, generation %d", v, gen)
	}
}

// An iteration that has sent something and waits publishes all before it; what
// those have set is handed over, too.
func TestATornIterationHandsOverWhatIsFinished(t *testing.T) {
	disk := memfs.New()
	bubble(t, func(g *Graph) {
		g.files = disk
		c := NewChan[int](g, "c", 8)
		s := NewState(g, "s", 0, Persist("/s"))
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			a.Running()
			synctest.Wait() // for the saver, which asks for a newer value when it begins
			a.stride = 1000
			a.checkAt.Store(a.tick + a.stride) // as among short iterations
			s.Set(1)
			a.Running()
			if v, _ := onDisk[int](t, disk, "/s", "s"); v != 0 {
				t.Errorf("%d on disk: the boundary looked", v)
			}
			s.Set(2)
			for range 9 {
				if err := out.Send(1); err != nil {
					return err
				}
			}
			return nil
		}, s)
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			a.Wait(a.After(time.Minute))
			if v, _ := onDisk[int](t, disk, "/s", "s"); v != 1 {
				t.Errorf("%d on disk in the middle of the iteration", v)
			}
			for range in.All() {
			}
			return nil
		})
	}, noError)
}
