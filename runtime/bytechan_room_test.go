package steady

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// byteGraph adds a channel with a source and a sink.
func byteGraph(g *Graph, messages, limit int, source func(*Actor, *ByteTx) error, sink func(*Actor, *ByteRx) error, opts ...Option) {
	c := NewByteChan(g, "c", messages, limit)
	s := g.Actor("source", opts...)
	tx := c.Tx(s)
	s.Run(func(a *Actor) error { return source(a, tx) })
	s = g.Actor("sink", opts...)
	rx := c.Rx(s)
	s.Run(func(a *Actor) error { return sink(a, rx) })
}

func TestByteMistakes(t *testing.T) {
	g := &Graph{}
	NewByteChan(g, "none", 1, 0)
	NewByteChan(g, "negative", 1, -1)
	NewByteChan(g, "no messages", 0, 1)
	NewByteChan(g, "many", int(maxByteRing)+1, 1)
	NewByteChan(g, "large", 1, int(maxByteRing)+1)
	err := g.Err()
	for _, want := range []string{
		`"none": 0 bytes: want 1 or more`, `"negative": -1 bytes: want 1 or more`, `"no messages": capacity 0`,
		`"many": capacity `, `"large": `, ` or less`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}

func TestTooLargeIsAnErrorAndSendsNothing(t *testing.T) {
	bubble(t, func(g *Graph) {
		byteGraph(g, 4, 10, func(a *Actor, out *ByteTx) error {
			var tooLarge *TooLargeError
			if err := out.Send(make([]byte, 11)); !errors.As(err, &tooLarge) || *tooLarge != (TooLargeError{"c", 11, 10}) {
				t.Errorf("Send: %v", err)
			}
			for name, f := range map[string]func(){
				"TrySend": func() { out.TrySend(make([]byte, 11)) },
				"Reserve": func() { out.Reserve(11) },
			} {
				func() {
					defer func() {
						if err, _ := recover().(error); !errors.As(err, &tooLarge) {
							t.Errorf("%s: %v", name, err)
						}
					}()
					f()
				}()
			}
			if !a.Wait(out.Vacant(99, 99)) { // all that there is
				t.Error("nobody has sent")
			}
			return out.Send(nil)
		}, func(a *Actor, in *ByteRx) error {
			for p := range in.All() {
				if p == nil || len(p) != 0 {
					t.Errorf("got %v", p)
				}
			}
			return nil
		})
	}, noError)
}

// A sender that waits for bytes is woken by the release of the message whose
// bytes it needs, long before the slots run out.
func TestASenderThatWaitsForBytesWakesUp(t *testing.T) {
	bubble(t, func(g *Graph) {
		sent, released := time.Duration(0), time.Duration(0)
		t.Cleanup(func() {
			if sent != 2*time.Second || released != 2*time.Second {
				t.Errorf("sent after %v, want 2s: the second message was released after %v", sent, released)
			}
		})
		byteGraph(g, 1000, 100, func(a *Actor, out *ByteTx) error {
			for _, n := range []int{40, 30, 20, 41} { // the last one goes to the beginning: 40 and 30 are in the way
				if err := out.Send(make([]byte, n)); err != nil {
					return err
				}
			}
			sent = a.g.sched.Now()
			return nil
		}, func(a *Actor, in *ByteRx) error {
			for p := range in.All() {
				if len(p) == 20 {
					released = a.g.sched.Now() // 40 and 30 are
				}
				<-time.After(time.Second)
			}
			return nil
		})
	}, noError)
}

// Whatever lies at the end of the ring, a message of all bytes gets through.
func TestAMessageOfTheWholeRing(t *testing.T) {
	for messages := 1; messages < 5; messages++ {
		for before := range 12 {
			bubble(t, func(g *Graph) {
				sizes := []int{before, 11, 11, before / 2, 0, before / 3, 11, 0}
				byteGraph(g, messages, 11, func(a *Actor, out *ByteTx) error {
					for i, n := range sizes {
						if err := out.Send(fillBytes(make([]byte, min(n, 11)), i)); err != nil {
							return err
						}
					}
					return nil
				}, func(a *Actor, in *ByteRx) error {
					i := 0
					for p := range in.All() {
						if want := fillBytes(make([]byte, min(sizes[i], 11)), i); string(p) != string(want) {
							t.Errorf("message %d: %x, want %x", i, p, want)
						}
						i++
					}
					return nil
				})
			}, noError)
		}
	}
}

func TestReserveOfBytes(t *testing.T) {
	bubble(t, func(g *Graph) {
		byteGraph(g, 3, 16, func(a *Actor, out *ByteTx) error {
			wantPanic(t, "Publish(0): 0 bytes are reserved", func() { out.Publish(0) })
			wantPanic(t, "Reserve(-1)", func() { out.Reserve(-1) })
			p, ok := out.Reserve(16)
			if !ok || len(p) != 16 || cap(p) != 16 {
				t.Errorf("reserved %d of %d bytes, %v", len(p), cap(p), ok)
			}
			copy(p, "ab")
			wantPanic(t, "Publish(17): 16 bytes are reserved", func() { out.Publish(17) })
			out.Reserve(4)
			wantPanic(t, "Publish(-1)", func() { out.Publish(-1) })
			out.Reserve(16)
			out.Publish(2)
			wantPanic(t, "Publish(1): 0 bytes are reserved", func() { out.Publish(1) })
			if p, ok := out.Reserve(15); ok {
				t.Errorf("reserved %d bytes of 14", len(p))
			}
			out.Reserve(3)
			if err := out.Send([]byte("cd")); err != nil {
				return err
			}
			wantPanic(t, "Publish(1): 0 bytes are reserved", func() { out.Publish(1) })
			p, ok = out.Reserve(0)
			if !ok || p == nil {
				t.Errorf("no room for nothing: %v, %v", p, ok)
			}
			a.Commit() // is not a call of the port
			out.Publish(0)
			return nil
		}, func(a *Actor, in *ByteRx) error {
			if !a.Wait(in.Avail(3)) {
				t.Error("the source has ended and nothing is there")
			}
			for _, want := range []string{"ab", "cd", ""} {
				if p, ok := in.TryPeek(); !ok || string(p) != want {
					t.Errorf("peeked %q, want %q", p, want)
				}
				if p, ok := in.TryTake(); !ok || string(p) != want {
					t.Errorf("took %q, want %q", p, want)
				}
			}
			if p, ok := in.TryPeek(); ok || p != nil {
				t.Errorf("peeked %q in an empty channel", p)
			}
			if p, ok := in.TryTake(); ok || p != nil {
				t.Errorf("took %q from an empty channel", p)
			}
			return nil
		})
	}, noError)
}

// A reservation does not outlive a failure that took back what was before it.
func TestReserveAndRollback(t *testing.T) {
	bubble(t, func(g *Graph) {
		byteGraph(g, 8, 64, func(a *Actor, out *ByteTx) error {
			if a.Regeneration() == 0 {
				if err := out.Send(make([]byte, 10)); err != nil {
					return err
				}
				out.Reserve(10)
				return errors.New("the message of 10 bytes is taken back")
			}
			if err := out.Send([]byte("second")); err != nil {
				return err
			}
			wantPanic(t, "Publish(10): 0 bytes are reserved", func() { out.Publish(10) })
			return nil
		}, func(a *Actor, in *ByteRx) error {
			for p := range in.All() {
				if string(p) != "second" {
					t.Errorf("got %q", p)
				}
			}
			return nil
		}, always)
	}, noError)
}

func TestAStopEndsAWaitForBytes(t *testing.T) {
	bubble(t, func(g *Graph) {
		g.Grace = 10 * time.Second
		var sent error
		byteGraph(g, 100, 10, func(a *Actor, out *ByteTx) error {
			for sent == nil {
				sent = out.Send(make([]byte, 6))
			}
			return sent
		}, func(a *Actor, in *ByteRx) error {
			a.RequestShutdown("test")
			a.Wait(a.After(time.Second)) // told once, goes round
			<-a.Context().Done()
			<-time.After(time.Millisecond) // the source is told meanwhile
			return nil
		})
		t.Cleanup(func() {
			if !errors.Is(sent, ErrStopped) {
				t.Errorf("Send: %v", sent)
			}
		})
	}, func(t *testing.T, err error) {
		var shutdown *ShutdownError
		if !errors.As(err, &shutdown) {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestNoReceiverOfBytes(t *testing.T) {
	bubble(t, func(g *Graph) {
		byteGraph(g, 100, 10, func(a *Actor, out *ByteTx) error {
			for {
				if err := out.Send(make([]byte, 6)); err != nil {
					if !errors.Is(err, ErrNoReceiver) {
						t.Errorf("Send: %v", err)
					}
					if a.Wait(out.Vacant(1, 6)) {
						t.Error("room without a receiver")
					}
					if _, ok := out.Reserve(6); ok || out.TrySend(nil) {
						t.Error("sent to nobody")
					}
					return err
				}
			}
		}, func(a *Actor, in *ByteRx) error {
			<-time.After(time.Second)
			return nil
		})
	}, func(t *testing.T, err error) {
		var left *LeftoverError
		if !errors.As(err, &left) || left.Channels[0].Count != 1 {
			t.Errorf("Serve: %v", err)
		}
	})
}

// Who waits for more messages than there are bytes for is told.
func TestBytesTooFewForAThresholdAreADeadlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{}
		byteGraph(g, 10, 100, func(a *Actor, out *ByteTx) error {
			for range 10 {
				if err := out.Send(make([]byte, 30)); err != nil {
					return err
				}
				a.Running()
			}
			return nil
		}, func(a *Actor, in *ByteRx) error {
			for a.Running(in.Drained()) {
				a.Wait(in.Avail(5))
			}
			return nil
		})
		err := g.Serve(context.Background())
		var deadlock *DeadlockError
		if !errors.As(err, &deadlock) || deadlock.Avail != 5 || deadlock.Bytes != 100 {
			t.Errorf("Serve: %v", err)
		} else if !strings.Contains(err.Error(), "room in 100 bytes") {
			t.Errorf("Serve: %v: it does not speak of bytes", err)
		}
	})
}

func TestBytesAllocateNothing(t *testing.T) {
	bubble(t, func(g *Graph) {
		a, b := NewByteChan(g, "a", 64, 4096), NewByteChan(g, "b", 64, 4096)
		s := g.Actor("source")
		out := a.Tx(s)
		s.Run(func(a *Actor) error {
			p := make([]byte, 1000)
			for i := 0; i < 10_000 && a.Running(); i++ {
				if err := out.Send(p[:i%1000]); err != nil {
					return err
				}
			}
			return nil
		})
		s = g.Actor("stage")
		rx, tx := a.Rx(s), b.Tx(s)
		s.Run(func(a *Actor) error {
			n := testing.AllocsPerRun(100, func() {
				a.Running() // what a range left pending is part of the next iteration
				i := 0
				for p := range rx.All() {
					if err := tx.Send(p); err != nil {
						t.Error(err)
					}
					if i++; i == 50 {
						break
					}
				}
			})
			if n != 0 {
				t.Errorf("%v allocations for a range and 50 messages", n)
			}
			a.Running()
			return passBytesEach(never)(a, rx, tx)
		})
		s = g.Actor("sink")
		in := b.Rx(s)
		s.Run(func(a *Actor) error {
			for range in.All() {
			}
			return nil
		})
	}, noError)
}

// In an empty channel all bytes are vacant, wherever the last message ended.
func TestVacantBytesAreInOnePiece(t *testing.T) {
	g := &Graph{}
	c := NewByteChan(g, "c", 16, 100)
	s := g.Actor("both")
	tx, rx := c.Tx(s), c.Rx(s)
	take := func(a *Actor, n int) {
		a.Commit()
		for n > 0 { // the first look publishes
			if _, ok := rx.TryTake(); ok {
				n--
			}
		}
		a.Commit()
		rx.TryTake() // releases
	}
	s.Run(func(a *Actor) error {
		for range 3 {
			tx.TrySend(make([]byte, 20)) // knows of 5 more free bytes then
		}
		take(a, 3)
		if !a.Wait(tx.Vacant(2, 100)) || !tx.TrySend(make([]byte, 5)) || !tx.TrySend(make([]byte, 95)) {
			t.Error("no room for 5 and 95 bytes")
			return nil
		}
		take(a, 2)
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	checkInvariants(t, g)
}
