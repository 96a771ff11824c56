package collector

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestRequestShutdown(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		ask := func(instance telemetry.Instance) error { return b.s.RequestShutdown(b.Context(), instance, "why") }
		if err := errors.Join(ask(0), ask(7)); err != nil {
			t.Error(err)
		}
		if n := len(b.link().asked); n != 2 || b.link().asked[0] != "why" {
			t.Errorf("asked %q", b.link().asked)
		}
		if err := ask(8); !errors.Is(err, source.ErrInstance) || len(b.link().asked) != 2 {
			t.Errorf("another instance: %v", err)
		}
		b.link().refuse = source.ErrRefused
		if err := ask(7); !errors.Is(err, source.ErrRefused) {
			t.Errorf("refused: %v", err)
		}
		if d, err := b.s.Detail(b.Context(), 1); err != nil || d.ID != 1 {
			t.Errorf("detail: %+v, %v", d, err)
		}
		b.fails(io.ErrUnexpectedEOF)
		b.put(read{err: io.ErrUnexpectedEOF})
		if err := ask(7); !errors.Is(err, source.ErrUnavailable) {
			t.Errorf("while lost: %v", err)
		}
		if _, err := b.s.Detail(b.Context(), 1); !errors.Is(err, source.ErrUnavailable) {
			t.Errorf("detail while lost: %v", err)
		}
	})
}

func TestRequestShutdownBeforeTheFirstFrame(t *testing.T) {
	play(t, func(b *bench) {
		b.topology()
		done := make(chan error, 2)
		go func() { done <- b.s.RequestShutdown(b.Context(), 0, "early") }()
		synctest.Wait()
		if len(b.link().asked) > 0 {
			t.Error("asked an instance that is not known")
		}
		b.frame()
		if err := <-done; err != nil || len(b.link().asked) != 1 {
			t.Errorf("%v, asked %q", err, b.link().asked)
		}
	})
	play(t, func(b *bench) {
		ctx, cancel := context.WithTimeout(b.Context(), time.Second)
		defer cancel()
		if err := b.s.RequestShutdown(ctx, 0, ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("until its context ended: %v", err)
		}
		b.s.Close()
		if err := b.s.RequestShutdown(b.Context(), 0, ""); !errors.Is(err, source.ErrUnavailable) {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestWhatASourceCanNotDo(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		b.d.mu.Lock()
		b.d.answer = func(int) (source.Source, error) {
			l := newLink()
			b.links = append(b.links, l)
			return bare{l}, nil
		}
		b.d.mu.Unlock()
		b.put(read{err: io.ErrUnexpectedEOF})
		b.pass(time.Second)
		b.topology()
		s := b.frame(func(f *telemetry.Frame) { f.Phase = telemetry.PhaseStopping })
		if s.Can.Control || s.Can.Votes {
			t.Errorf("abilities: %+v", s.Can)
		}
		if err := b.s.RequestShutdown(b.Context(), 0, ""); !errors.Is(err, source.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if _, err := b.s.Detail(b.Context(), 0); !errors.Is(err, source.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if got := b.texts(); got[len(got)-1] != "stop requested" {
			t.Errorf("events are %q", got)
		}
	})
}

func TestTheEndCompletesTheVotes(t *testing.T) {
	sh := &telemetry.Shutdown{Phase: telemetry.PhaseStopping, Elapsed: time.Second, Remaining: time.Second, Votes: []telemetry.ActorVote{
		{ID: 0, Name: "a", State: telemetry.StateBusy, Reason: "at work"},
		{ID: 1, Name: "b", State: telemetry.StateWaiting, Vote: telemetry.VoteVeto, Reason: "not yet"},
	}}
	refused := telemetry.ActorVote{ID: 1, Name: "b", State: telemetry.StateBusy, Vote: telemetry.VoteVeto, Reason: "never"}
	got := lastVotes(sh, &telemetry.End{Elapsed: 2 * time.Second, Votes: []telemetry.ActorVote{refused, {ID: 9}}})
	want := &telemetry.Shutdown{Phase: telemetry.PhaseStopped, Elapsed: 2 * time.Second, Votes: []telemetry.ActorVote{
		{ID: 0, Name: "a", State: telemetry.StateDone, Vote: telemetry.VoteYes}, refused,
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if sh.Votes[0].State != telemetry.StateBusy {
		t.Error("the votes of an earlier snapshot were changed")
	}
}
