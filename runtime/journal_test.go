package steady

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// handlerFunc is a slog.Handler.
type handlerFunc func(slog.Record)

func (handlerFunc) Enabled(context.Context, slog.Level) bool        { return true }
func (h handlerFunc) Handle(_ context.Context, r slog.Record) error { h(r); return nil }
func (h handlerFunc) WithAttrs([]slog.Attr) slog.Handler            { return h }
func (h handlerFunc) WithGroup(string) slog.Handler                 { return h }

// lines is a logger that keeps what it gets.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) add(r slog.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, r.Message)
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}

// failsAndStops is a graph with something to log: a failure, a restart, a stop.
func failsAndStops(log *slog.Logger) *Graph {
	g := &Graph{Logger: log, Grace: time.Second}
	c := NewChan[int](g, "c", 4)
	Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
		if a.Regeneration() < 2 {
			return errors.New("not yet")
		}
		return out.SendSlice([]int{1, 2, 3})
	})
	Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
		for v := range in.All() {
			if v == 3 {
				a.RequestShutdown("enough")
			}
		}
		return nil
	})
	return g
}

func TestALoggerThatMisbehavesHarmsNothing(t *testing.T) {
	for name, log := range map[string]func(slog.Record){
		"panics": func(slog.Record) { panic("the logger") },
		"exits":  func(slog.Record) { runtime.Goexit() },
	} {
		t.Run(name, func(t *testing.T) {
			if err := failsAndStops(slog.New(handlerFunc(log))).Serve(context.Background()); err != nil {
				t.Errorf("Serve: %v", err)
			}
		})
	}
}

func TestALoggerThatPanicsIsToldOnce(t *testing.T) {
	var told lines
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(handlerFunc(told.add)))
	if err := failsAndStops(slog.New(handlerFunc(func(slog.Record) { panic("x") }))).Serve(context.Background()); err != nil {
		t.Errorf("Serve: %v", err)
	}
	if got := told.text(); got != "the logger of the graph panicked" {
		t.Errorf("told: %q", got)
	}
}

// A logger that blocks for ever holds up the end of Serve for a moment, and
// nothing before.
func TestALoggerThatBlocksHarmsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		g := failsAndStops(slog.New(handlerFunc(func(slog.Record) { <-release })))
		begin := time.Now()
		if err := g.Serve(context.Background()); err != nil {
			t.Errorf("Serve: %v", err)
		}
		if d := time.Since(begin); d > lastLines+100*time.Millisecond {
			t.Errorf("Serve took %v", d)
		}
		close(release)
	})
}

// What finds no room is counted, and told in its place; what was logged before
// the end is there after it, in order.
func TestLinesThatAreLostAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got lines
		release := make(chan struct{})
		g := &Graph{Logger: slog.New(handlerFunc(func(r slog.Record) { <-release; got.add(r) }))}
		g.Actor("talks").Run(func(a *Actor) error {
			for range maxLines + 10 {
				g.logger().Info("talk")
			}
			close(release)
			return nil
		})
		if err := g.Serve(context.Background()); err != nil {
			t.Fatal(err)
		}
		all := strings.Split(got.text(), "\n")
		if n := len(all); n < maxLines || !strings.HasPrefix(got.text(), "talk\ntalk\n") || !strings.Contains(got.text(), "lines are lost") {
			t.Errorf("%d lines, the last %q", n, all[n-1])
		}
	})
}

func TestTheJournalKeepsAttributesAndGroups(t *testing.T) {
	var b strings.Builder
	text := slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	g := &Graph{Logger: slog.New(text)}
	log := g.logger().With("state", "s")
	log.WithGroup("disk").Warn("full", "free", 0)
	log.Info("on")
	g.journal.flush(time.Minute)
	want := "level=WARN msg=full state=s disk.free=0\nlevel=INFO msg=on state=s\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
