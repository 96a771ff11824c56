package steady

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/steadytop/steadytop/runtime/internal/thread"
)

// BenchmarkTick measures how late a loop of 1 kHz wakes up. docs/realtime.md
// says how to run it and what came out.
func BenchmarkTick(b *testing.B) {
	cores := thread.Allowed()
	last := cores[len(cores)-1]
	for _, load := range []struct {
		name  string
		start func(*testing.B)
	}{
		{"idle", func(*testing.B) {}},
		{"hog", func(b *testing.B) { hog(b, cores[0]) }},
		{"hogs", func(b *testing.B) { hog(b, cores...) }},
		{"garbage", garbage},
	} {
		for _, place := range []struct {
			name string
			opts []Option
		}{
			{"pooled", nil},
			{"solo", []Option{Solo()}},
			{"pinned", []Option{Solo(last)}},
			{"realtime", []Option{Solo(last), Realtime(50)}},
		} {
			b.Run(load.name+"/"+place.name, func(b *testing.B) {
				load.start(b)
				tick(b, place.opts)
			})
		}
	}
}

// tick runs b.N ticks and reports how late they were.
func tick(b *testing.B, opts []Option) {
	g := &Graph{Park: ParkFutex, measure: true}
	late := make([]time.Duration, 0, b.N)
	g.Actor("tick", opts...).Run(func(a *Actor) error {
		every := a.Every(time.Millisecond)
		for range b.N {
			due := a.every[0].next
			if !a.Wait(every) {
				break
			}
			late = append(late, g.sched.Now()-due)
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		b.Fatal(err)
	}
	if n := g.svc.Load().Topology().Actors[0].Notes; strings.Contains(strings.Join(n, "\n"), "no real-time priority") {
		b.Skip(n)
	}
	slices.Sort(late)
	b.ReportMetric(0, "ns/op")
	for name, share := range map[string]float64{"p50-µs": 0.5, "p99-µs": 0.99, "max-µs": 1} {
		b.ReportMetric(float64(late[int(share*float64(len(late)-1))])/1e3, name)
	}
}

// hog keeps each of the cores busy with a process of its own.
func hog(b *testing.B, cores ...int) {
	for _, c := range cores {
		cmd := exec.Command("sh", "-c", "while :; do :; done")
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
		var set unix.CPUSet
		set.Set(c)
		if err := unix.SchedSetaffinity(cmd.Process.Pid, &set); err != nil {
			b.Fatal(err)
		}
	}
}

// garbage keeps the collector of this process busy: another goroutine makes
// lists and drops them.
func garbage(b *testing.B) {
	type node struct{ next *node }
	var stop atomic.Bool
	done := make(chan struct{})
	b.Cleanup(func() {
		stop.Store(true)
		<-done
	})
	go func() {
		defer close(done)
		var keep [1000]*node
		for i := 0; !stop.Load(); i++ {
			var n *node
			for range 1000 {
				n = &node{n}
			}
			keep[i%len(keep)] = n
		}
	}()
}
