package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

const fourLines = "A 1 x\nB 22 x\nA 333 x\nC 4 x" // at 0, 6, 13 and 21, up to 26

// The reader cuts the file into whole lines, and goes on where it was when it
// fails.
func TestReader(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		out := steadytest.CollectBundle[batch](h, 1)
		read := steady.NewState(h.Steady(), "read", uint64(6))
		h.Actor(func(a *steady.Actor) error {
			return reader{strings.NewReader(fourLines), 16, read, out.Tx()}.run(a)
		}, read)
		h.WantEnded("actor")
		var got []string
		for _, b := range out.Lane(0).All() {
			got = append(got, fmt.Sprintf("%d-%d %q", b.span.From, b.span.To, b.lines))
		}
		want := `[6-21 "B 22 x\nA 333 x\n" 21-26 "C 4 x"]`
		if fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
}

func TestALineThatIsTooLong(t *testing.T) {
	if _, err := nextBatch(strings.NewReader(fourLines), 6, 5); err == nil {
		t.Error("want an error")
	}
}

// The poster waits for the service as long as it takes, and tells each batch once,
// in order, and only after it is booked.
func TestPosterAndAnOutage(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		b, up := newBank(), time.Now().Add(10*time.Minute)
		book := func(_ context.Context, p batch) error {
			if time.Now().Before(up) {
				return fmt.Errorf("%w: connection refused", steady.ErrOutage)
			}
			return b.book(p.span.From, p.lines)
		}
		in, out := steadytest.Feed(h, cut(t, fourLines, 8)...), steadytest.Collect[actors.Span](h)
		steadytest.Stage(h, in, out, poster{book}.run)
		h.Sleep(9 * time.Minute)
		out.Want()
		h.Sleep(2 * time.Minute)
		out.Want(
			actors.Span{From: 0, To: 6}, actors.Span{From: 6, To: 13},
			actors.Span{From: 13, To: 21}, actors.Span{From: 21, To: 26},
		)
		if b.total.Lines != 4 || b.total.Again != 0 {
			t.Errorf("booked %+v", b.total)
		}
	})
}

// A batch that the bank refuses is no outage: the ledger ends with its words, and
// the mark stays below.
func TestPosterAndARefusal(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		b := newBank()
		book := func(_ context.Context, p batch) error { return b.book(p.span.From, p.lines) }
		in, out := steadytest.Feed(h, cut(t, "A 1 x\nA one x\n", 8)...), steadytest.Collect[actors.Span](h)
		steadytest.Stage(h, in, out, poster{book}.run)
		h.Sleep(time.Minute)
		out.Want(actors.Span{From: 0, To: 6})
		err := h.StopError()
		if err == nil || !strings.Contains(err.Error(), "the line at byte 6 is no payment") {
			t.Errorf("Serve: %v", err)
		}
	})
}

// cut returns the batches of a file.
func cut(t *testing.T, file string, size int) (all []batch) {
	t.Helper()
	for at := uint64(0); at < uint64(len(file)); {
		b, err := nextBatch(strings.NewReader(file), at, size)
		if err != nil {
			t.Fatal(err)
		}
		all, at = append(all, b), b.span.To
	}
	return all
}

// The whole graph in all orders, with failures of every actor, a disk that fails,
// and a process that is killed at any moment, or with the power of the machine: what
// is said to be booked is, and once the file is at its end, each sum is right.
func TestSimulation(t *testing.T) {
	var text bytes.Buffer
	if err := generate(&text, 4000); err != nil {
		t.Fatal(err)
	}
	file := text.Bytes()
	var b *bank // it is another process, and is not killed
	var l ledger
	construct := func(g *steady.Graph) {
		if b == nil {
			b = newBank()
		}
		l = build(g, plan{
			file: bytes.NewReader(file), batch: 128, lanes: 7,
			book:  func(_ context.Context, p batch) error { return b.book(p.span.From, p.lines) },
			state: "/var/ledger.state", sync: steady.SyncEvery(time.Millisecond),
		})
	}
	steadytest.Simulate(t, construct, steadytest.Options{
		Seeds: 5000, Steps: 250,
		Faults: steadytest.Panics | steadytest.Delays | steadytest.Jumps | steadytest.Kills | steadytest.DiskErrors,
		Setup: func(g *steadytest.Graph) {
			if g.Lives == 0 {
				b = newBank()
			}
			g.Ensure(func() error { return check(b, file, l) })
		},
		Judge: func(err error) error {
			if unsaved(err) { // the disk failed in the last save: the next start books that again
				return check(b, file, l)
			}
			return err
		},
	})
}

// unsaved reports whether nothing is wrong but that the state could not be saved.
func unsaved(err error) bool {
	all, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return false
	}
	for _, e := range all.Unwrap() {
		var s *steady.StateError
		if !errors.As(e, &s) || s.Op != "save" {
			return false
		}
	}
	return true
}

// check compares the bank with the file, as far as that is said to be booked.
func check(b *bank, file []byte, l ledger) error {
	low := l.mark.Get().Low
	if read := l.read.Get(); low < read { // it is above if a process before was ahead
		return fmt.Errorf("all that was read is under way no more, up to %d, but it says booked up to %d", read, low)
	}
	all, err := payments(0, file[:low])
	if err != nil {
		return err
	}
	for _, p := range all {
		if !b.has(p.position) {
			return fmt.Errorf("all before %d is booked, it says, but the line at %d is not", low, p.position)
		}
	}
	if low < uint64(len(file)) {
		return nil // it was stopped
	}
	if sums := sumsOf(all); b.total.Lines != uint64(len(all)) || !maps.Equal(b.total.Sums, sums) {
		return fmt.Errorf("booked %d lines and %v, want %d and %v", b.total.Lines, b.total.Sums, len(all), sums)
	}
	return nil
}

func sumsOf(all []payment) map[string]int64 {
	sums := map[string]int64{}
	for _, p := range all {
		sums[p.account] += p.cents
	}
	return sums
}
