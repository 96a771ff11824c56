package steady

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Each way in which one member can fail restarts that member alone, on the same
// thread; the other one goes on and keeps its locals.
func TestAMemberFailsAlone(t *testing.T) {
	failures := map[string]func(){
		"panic":  func() { panic("on purpose") },
		"goexit": runtime.Goexit,
	}
	for name, fail := range failures {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				c := NewChan[int](g, "c", 4)
				fresh := 0
				Source(g, "steadfast", c, func(a *Actor, out *Tx[int]) error {
					fresh++
					return counted(100, never)(a, out)
				}, Troupe("pair"))
				got := 0
				Sink(g, "frail", c, func(a *Actor, in *Rx[int]) error {
					for v := range in.All() {
						if v%10 == 9 && a.Regeneration() == v/10 {
							fail()
						}
						if v != got {
							t.Errorf("got %d, want %d", v, got)
						}
						got++
					}
					if a.Regeneration() != 10 || got != 100 || fresh != 1 {
						t.Errorf("regeneration %d, got %d, source started %d times", a.Regeneration(), got, fresh)
					}
					return nil
				}, Troupe("pair"), always)
			}, noError)
		})
	}
}

// Blocking of a member leaves the thread to the others. Its panics and Goexits
// are those of the member.
func TestBlockingLeavesTheThreadToTheOthers(t *testing.T) {
	bubble(t, func(g *Graph) {
		var other atomic.Bool
		calls := 0
		g.Actor("caller", Troupe("pair"), always).Run(func(a *Actor) error {
			calls++
			a.Blocking(func(ctx context.Context) {
				switch calls {
				case 1:
					panic("in the call")
				case 2:
					runtime.Goexit()
				}
				for !other.Load() {
					<-time.After(time.Second)
				}
			})
			return nil
		})
		g.Actor("other", Troupe("pair")).Run(func(a *Actor) error {
			for range 5 {
				a.Wait(a.After(time.Minute))
			}
			if s := g.actors[0].clock.state(); s != telemetry.StateCall {
				t.Errorf("the caller is %v", s)
			}
			other.Store(true)
			return nil
		})
	}, noError)
}

func TestAPanicOfACallIsTheActors(t *testing.T) {
	for name, opt := range map[string]Option{"pooled": pooled, "solo": Solo(), "troupe": Troupe("one")} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				g.Actor("caller", opt, Restart{Never: true}).Run(func(a *Actor) error {
					a.Blocking(func(context.Context) { failInACall() })
					return nil
				})
			}, func(t *testing.T, err error) {
				var p *PanicError
				if !errors.As(err, &p) || p.Value != "in the call" || !strings.Contains(string(p.Stack), "failInACall") {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

func failInACall() { panic("in the call") }

// Two members that always have something to do take turns, and a third that
// waits for the time is not forgotten.
func TestBusyMembersTakeTurns(t *testing.T) {
	g := &Graph{measure: true}
	var progress [2]atomic.Int64
	for i := range progress {
		g.Actor([]string{"a", "b"}[i], Troupe("busy")).Run(func(a *Actor) error {
			for a.Running() {
				progress[i].Add(1)
			}
			return nil
		})
	}
	g.Actor("clock", Troupe("busy")).Run(func(a *Actor) error {
		// A thread that was stopped for so long finds that its time has come, and
		// does not wait. If a member starved this would never end.
		before := [2]int64{}
		for seen := 0; seen < 20; {
			a.Wait(a.After(2 * time.Millisecond))
			now := [2]int64{progress[0].Load(), progress[1].Load()}
			if now[0] > before[0] && now[1] > before[1] {
				seen++
			}
			before = now
		}
		a.RequestShutdown("seen enough")
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	checkInvariants(t, g)
}

// All members run on one thread, which nobody else runs on, and share its time.
func TestMembersShareOneThreadAndItsTime(t *testing.T) {
	g := &Graph{measure: true}
	var threads [3]int64
	var stop atomic.Bool
	for i := range 2 {
		g.Actor([]string{"a", "b"}[i], Troupe("one")).Run(func(a *Actor) error {
			for !stop.Load() && a.Running() {
				threads[i] = currentThread()
			}
			return nil
		})
	}
	var f telemetry.Frame
	g.Actor("other").Run(func(a *Actor) error {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		threads[2] = currentThread()
		for f.Resize(3, 0); exactThreadCPU && f.Actors.CPU[0]+f.Actors.CPU[1] < 10*time.Millisecond; {
			a.Wait(a.After(time.Millisecond))
			g.svc.Load().Sample(&f)
		}
		stop.Store(true)
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	if exactThreadCPU && (threads[0] != threads[1] || threads[0] == threads[2]) {
		t.Errorf("threads %v", threads)
	}
	if a, b := f.Actors.CPU[0], f.Actors.CPU[1]; exactThreadCPU && (a == 0 || b == 0) {
		t.Errorf("two members that worked the same used %v and %v", a, b)
	}
	for i, want := range []telemetry.Schedule{telemetry.ScheduleTroupe, telemetry.ScheduleTroupe, telemetry.SchedulePooled} {
		if d := g.actors[i].describe(); d.Schedule != want {
			t.Errorf("actor %d: schedule %s", i, d.Schedule)
		}
	}
}

func TestSoloAndTroupeIsAMistake(t *testing.T) {
	g := &Graph{}
	g.Actor("both", Solo(), Troupe("x")).Run(func(*Actor) error { return nil })
	if err := g.Serve(context.Background()); err == nil || !strings.Contains(err.Error(), "choose one") {
		t.Errorf("Serve: %v", err)
	}
}

// A troupe of hundreds, of which few have something to do.
func TestALargeTroupe(t *testing.T) {
	bubble(t, func(g *Graph) {
		const n = 300
		chans := make([]*Chan[int], n)
		for i := range chans {
			chans[i] = NewChan[int](g, "c"+string(rune('a'+i%26))+strings.Repeat("x", i/26), 2)
		}
		Source(g, "first", chans[0], counted(50, never), Troupe("long"))
		for i := range n - 1 {
			Stage(g, "s"+chans[i].Name(), chans[i], chans[i+1], stageEach(never), Troupe("long"))
		}
		Sink(g, "last", chans[n-1], inOrder(t, 50, never), Troupe("long"))
	}, noError)
}
