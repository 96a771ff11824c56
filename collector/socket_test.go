package collector

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector/source/sourcetest"
	"github.com/steadytop/steadytop/internal/safesocket"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// served is a service on a real socket, which publishes a frame each 20 ms.
type served struct {
	*sourcetest.Service
	kill func()
}

func serveOnSocket(t *testing.T, instance telemetry.Instance, pid int) *served {
	t.Helper()
	l, err := safesocket.Listen("", "nav")
	if err != nil {
		t.Fatal(err)
	}
	top := sourcetest.Topology(instance, 1)
	top.PID = pid
	s := &served{Service: sourcetest.NewService(top)}
	srv := &http.Server{Handler: s.Handler()}
	stop, done := make(chan struct{}), make(chan struct{}, 2)
	go func() {
		_ = srv.Serve(l) // ends with Close
		done <- struct{}{}
	}()
	go func() {
		defer func() { done <- struct{}{} }()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for seq := uint64(1); ; seq++ {
			s.Publish(sourcetest.Frame(top, seq))
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	killed := false
	s.kill = func() {
		if !killed {
			killed = true
			close(stop)
			_ = srv.Close()
			<-done
			<-done
		}
	}
	t.Cleanup(s.kill)
	return s
}

// await reads snapshots until one is as it should be.
func await(t *testing.T, s *Session, what string, ok func(*Snapshot) bool) *Snapshot {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case snap := <-s.Snapshots():
			if ok(snap) {
				return snap
			}
		case <-deadline:
			snap := s.Latest()
			t.Fatalf("no snapshot %s; the last: link %s %q, pid %d", what, snap.Link, snap.Problem, snap.PID)
		}
	}
}

func TestOverARealSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "st")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	t.Setenv(safesocket.EnvDir, dir)

	first := serveOnSocket(t, 7, 12)
	s, err := Open(t.Context(), "nav:12", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	snap := await(t, s, "with figures", func(s *Snapshot) bool { return s.Link == LinkLive && s.Actors[0].Busy.Known() })
	if snap.Service != "nav" || len(snap.Channels) != 1 || snap.Channels[0].SentRate != 400 {
		t.Errorf("%+v", snap)
	}
	first.SetDetail(telemetry.ActorDetail{Actor: telemetry.Actor{ID: 1, Name: "logger"}, LastFailure: "boom"})
	if d, err := s.Detail(t.Context(), 1); err != nil || d.LastFailure != "boom" {
		t.Errorf("detail: %+v, %v", d, err)
	}

	since := time.Now().Add(-12 * time.Second)
	first.SetDetail(telemetry.ActorDetail{Actor: telemetry.Actor{ID: 1}, LastFailure: "boom", FailingSince: since, DeadLetters: 7})
	asked := *snap
	asked.Actors = append([]Actor(nil), snap.Actors...)
	asked.Actors[1].Restarts = 3
	told := s.WithFailures(t.Context(), &asked)
	var text strings.Builder
	if err := WriteText(&text, told); err != nil || asked.Actors[1].Failure != nil {
		t.Errorf("%v; %+v", err, asked.Actors[1].Failure)
	}
	for _, want := range []string{"failing: " + told.Actors[1].Name + " for 12 s: boom", "7 messages were set aside"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}

	first.kill()
	await(t, s, "of a loss", func(s *Snapshot) bool { return s.Link == LinkLost })
	second := serveOnSocket(t, 8, 13)
	await(t, s, "of the second", func(s *Snapshot) bool { return s.Link == LinkLive && s.PID == 13 })

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.RequestShutdown(ctx, 8, "done"); err != nil {
		t.Error(err)
	}
	if got := second.Asked(); len(got) != 1 || got[0] != "done" {
		t.Errorf("asked %q", got)
	}
	second.End(telemetry.End{Instance: 8, Clean: true})
	snap = await(t, s, "of the end", func(s *Snapshot) bool { return s.Link == LinkEnded })
	if !snap.End.Clean {
		t.Errorf("end is %+v", snap.End)
	}
}
