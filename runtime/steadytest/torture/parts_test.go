package torture

import (
	"errors"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// tries waits for both ends, and sets aside what it fails on always.
func (w *world) tries(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	out, fail := w.channel(), w.accidents()
	poisoned := w.r.IntN(2) == 0
	if poisoned {
		dead := steady.NewChan[steady.DeadLetter[parcel]](w.g, w.name("dead"), 1+w.r.IntN(4))
		steady.Poison(in, 1+w.r.IntN(3), dead)
		defer w.morgue(dead)
	}
	steady.Stage(w.g, w.name("tries"), in, out, func(a *steady.Actor, in *steady.Rx[parcel], out *steady.Tx[parcel]) error {
		for a.Running(in.Drained(), out.Closed()) {
			if !a.Wait(in.Avail(1), out.Vacant(1)) {
				continue
			}
			p, ok := in.TryTake()
			if poisoned && p.n%19 == 5 {
				return errOnPurpose
			}
			if err := fail(); err != nil {
				return err
			}
			if !ok || !out.TrySend(p) {
				return errors.New("the wait was not true")
			}
		}
		return nil
	}, w.options()...)
	return out
}

// morgue counts letters as having come to an end.
func (w *world) morgue(dead *steady.Chan[steady.DeadLetter[parcel]]) {
	fail := w.accidents()
	w.dead = append(w.dead, dead.Name())
	steady.Sink(w.g, w.name("morgue"), dead, func(_ *steady.Actor, in *steady.Rx[steady.DeadLetter[parcel]]) error {
		for l := range in.All() {
			if err := fail(); err != nil {
				return err
			}
			w.arrived(l.Message)
		}
		return nil
	}, w.options()...)
}

// lanes fans out and in again.
func (w *world) lanes(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	lanes, out := 1+w.r.IntN(6), w.channel()
	jobs := steady.NewBundle[parcel](w.g, w.name("jobs"), lanes, 1+w.r.IntN(8))
	done := steady.NewBundle[parcel](w.g, w.name("done"), lanes, 1+w.r.IntN(8))
	s, fail := w.g.Actor(w.name("scatter"), w.options()...), w.accidents()
	rx, tx := in.Rx(s), jobs.Tx(s)
	s.Run(func(*steady.Actor) error {
		for p := range rx.All() {
			if err := tx.Lane(p.n % lanes).Send(p); err != nil {
				return err
			}
			if err := fail(); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range lanes {
		fail := w.accidents()
		steady.Stage(w.g, w.name("worker"), jobs.Lane(i), done.Lane(i), func(_ *steady.Actor, in *steady.Rx[parcel], out *steady.Tx[parcel]) error {
			for p := range in.All() {
				if err := out.Send(p); err != nil {
					return err
				}
				if err := fail(); err != nil {
					return err
				}
			}
			return nil
		}, w.options()...)
	}
	s, fail2 := w.g.Actor(w.name("gather"), w.options()...), w.accidents()
	from, to := done.Rx(s), out.Tx(s)
	s.Run(func(*steady.Actor) error {
		for _, p := range from.All() {
			if err := fail2(); err != nil {
				return err
			}
			if err := to.Send(p); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// bytes sends parcels as text of any length.
func (w *world) bytes(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	b, out := steady.NewByteChan(w.g, w.name("bytes"), 1+w.r.IntN(16), 64+w.r.IntN(512)), w.channel()
	s, fail := w.g.Actor(w.name("writer"), w.options()...), w.accidents()
	rx, tx := in.Rx(s), b.Tx(s)
	s.Run(func(*steady.Actor) error {
		for p := range rx.All() {
			if err := tx.Send(fmt.Appendf(nil, "%d %d %*s", p.source, p.n, p.n%20, "")); err != nil {
				return err
			}
			if err := fail(); err != nil {
				return err
			}
		}
		return nil
	})
	s, fail2 := w.g.Actor(w.name("reader"), w.options()...), w.accidents()
	from, to := b.Rx(s), out.Tx(s)
	s.Run(func(*steady.Actor) error {
		for text := range from.All() {
			var p parcel
			if _, err := fmt.Sscan(string(text), &p.source, &p.n); err != nil {
				return err
			}
			if err := fail2(); err != nil {
				return err
			}
			if err := to.Send(p); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// loop sends each parcel around once before it lets it go.
func (w *world) loop(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	there, back, out := w.channel(), w.channel(), w.channel()
	s, fail := w.g.Actor(w.name("first"), w.options()...), w.accidents()
	rx, again, to, away := in.Rx(s), back.Rx(s), there.Tx(s), out.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running(rx.Drained(), again.Drained()) {
			from, onward := again, away
			switch a.WaitAny(steady.All(again.Avail(1), away.Vacant(1)), steady.All(rx.Avail(1), to.Vacant(1))) {
			case -1:
				continue
			case 1:
				from, onward = rx, to
			}
			p, ok := from.TryTake()
			if err := fail(); err != nil {
				return err
			}
			if !ok || !onward.TrySend(p) {
				return errors.New("the wait was not true")
			}
		}
		return nil
	})
	fail2 := w.accidents()
	steady.Stage(w.g, w.name("second"), there, back, func(_ *steady.Actor, in *steady.Rx[parcel], out *steady.Tx[parcel]) error {
		for p := range in.All() {
			if err := out.Send(p); err != nil {
				return err
			}
			if err := fail2(); err != nil {
				return err
			}
		}
		return nil
	}, w.options()...)
	return out
}

// check says what is wrong with what came, after an end without an error.
func (w *world) check() error {
	for i, s := range w.sent {
		for n := range s.Get() {
			if times := w.seen[i][n]; times != 1 {
				return fmt.Errorf("number %d of source %d came %d times, of %d that were sent", n, i, times, s.Get())
			}
		}
		if len(w.seen[i]) != s.Get() {
			return fmt.Errorf("source %d sent %d, but %d came", i, s.Get(), len(w.seen[i]))
		}
	}
	return nil
}
