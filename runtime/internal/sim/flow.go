package sim

import (
	"iter"
	"runtime/debug"

	"github.com/steadytop/steadytop/runtime/internal/sched"
)

// Flow is a coroutine of a World.
type Flow struct {
	// Name is for the trace. It may be set at any time.
	Name string
	// Tag is whatever its user wants to know it by; -1 at the start.
	Tag int

	w      *World
	id     int
	f      func() // what it runs; nil once that has ended
	next   func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool
	troupe *sched.Troupe // that it carries; nil for most
}

// Pool keeps coroutines for the next World that needs some. Its zero value is
// empty.
type Pool struct{ idle []*Flow }

// Close ends the coroutines that are left.
func (p *Pool) Close() {
	for _, f := range p.idle {
		f.stop()
	}
	p.idle = nil
}

// start makes a flow that runs f, and makes it ready.
func (w *World) start(f func()) *Flow {
	var fl *Flow
	if p := w.pool; len(p.idle) > 0 {
		fl = p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
	} else {
		fl = new(Flow)
	}
	fl.w, fl.id, fl.f, fl.Name, fl.Tag, fl.troupe = w, w.flows, f, "", -1, nil
	w.flows++
	w.living++
	w.ready = append(w.ready, fl)
	w.note(Starts, fl, 0)
	return fl
}

// goexit is the panic that stands for a Goexit: iter.Pull would hand that on to
// whoever resumes the flow.
type goexit struct{}

// loop is the life of a coroutine: it runs one function after another.
func (f *Flow) loop(yield func(struct{}) bool) {
	f.yield = yield
	for {
		f.call()
		if !yield(struct{}{}) {
			return
		}
	}
}

func (f *Flow) call() {
	ended := false
	defer func() {
		if ended {
			return
		}
		v := recover()
		if v == nil {
			v = goexit{}
		} else if _, ok := v.(goexit); !ok {
			v = &PanicError{Flow: f.Name, Value: v, Stack: debug.Stack()}
		}
		panic(v)
	}()
	f.f()
	ended = true
	f.f = nil
}

// resume gives the flow its turn.
func (f *Flow) resume() (err error) {
	defer func() {
		if v := recover(); v != nil {
			f.next, f.yield, f.f = nil, nil, nil
			f.w.living--
			if _, ok := v.(goexit); !ok {
				err, _ = v.(error)
			}
		}
	}()
	if f.next == nil {
		f.next, f.stop = iter.Pull(f.loop)
	}
	f.next()
	if f.f == nil {
		f.w.note(Ends, f, 0)
		f.w.living--
		f.w.pool.idle = append(f.w.pool.idle, f)
	}
	return nil
}

// leave gives the control back until the next turn of the flow.
func (f *Flow) leave() {
	if t := f.troupe; t != nil && t.Inside() {
		t.Aside(func() { f.yield(struct{}{}) })
		return
	}
	f.yield(struct{}{})
}

// bed is what a parker sleeps on.
type bed struct {
	w      *World
	signal bool
	who    *Flow // sleeps; nil if nobody does
}

// Wait implements park.Backend.
func (b *bed) Wait() {
	for !b.signal {
		b.who = b.w.current
		b.w.note(Parks, b.who, 0)
		b.who.leave()
	}
	b.signal = false
}

// Signal implements park.Backend. The seed may choose that it takes a while.
func (b *bed) Signal() {
	b.signal = true
	f := b.who
	if f == nil {
		return
	}
	b.who = nil
	b.w.note(Wakes, f, 0)
	if d := b.w.late(); d > 0 {
		b.w.AfterFunc(d, func() { b.w.wake(f) })
		return
	}
	b.w.wake(f)
}
