package steady

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// loopSteps are the steps of a selfLoop, some more frequent than others.
var loopSteps = slices.Concat([]string{"nothing"}, slices.Repeat([]string{
	"Send", "TryTake", "Commit", "TrySend", "SendSlice", "Reserve", "Publish", "All", "Batches", "next", "Release", "Commit", "next", "Publish", "TryTake",
}, 4), slices.Repeat([]string{
	"Set", "TryPeek", "Peek", "Running", "Wait for messages", "Wait for room", "Blocking", "leave",
}, 2), []string{
	"panic", "error", "Goexit", "recover here", "recover outside", "time passes",
})

var (
	errFalls   = errors.New("the iteration fails")
	errHere    = errors.New("the innermost range fails, and the body around it recovers")
	errOutside = errors.New("the outermost range fails, and the body of the actor recovers")
)

// player is an actor that plays a script, and compares what it finds with a model.
type player struct {
	a      *Actor
	script script
	pace   time.Duration // what each step takes; 0 means that each boundary makes everything visible
	bad    error         // what it found that the model did not say
}

// must ends the script at the first error.
func (p *player) must(err error) {
	if err != nil {
		p.bad = err
		panic(err)
	}
}

func (p *player) fail(format string, args ...any) { p.must(fmt.Errorf(format, args...)) }

// panics calls f, which must panic with this text.
func (p *player) panics(text string, f func()) {
	defer func() {
		if s := fmt.Sprint(recover()); !strings.Contains(s, text) {
			p.fail("panic %q, want one with %q", s, text)
		}
	}()
	f()
}

// each plays the rest of the script step by step, and then ends.
func (p *player) each(step func(do), end func()) error {
	for d, ok := p.next(); ok; d, ok = p.next() {
		step(d)
	}
	end()
	return nil
}

// next is the next step; false at the end of the script.
func (p *player) next() (d do, ok bool) {
	if len(p.script) == 0 {
		return d, false
	}
	if d, p.script = p.script[0], p.script[1:]; p.pace > 0 {
		<-time.After(p.pace)
	}
	return d, true
}

// play is the body of the actor. It calls fall when it is started again after a
// failure, and then goes on. A panic that is no part of the script ends it.
func (p *player) play(a *Actor, fall func(), goOn func() error) (err error) {
	if p.bad != nil {
		return ErrStopped
	}
	defer func() {
		if v := recover(); v == errFalls {
			panic(v)
		} else if v != nil {
			if p.bad == nil {
				p.bad = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			}
			err = ErrStopped
		}
	}()
	if p.a = a; a.Regeneration() > 0 {
		fall()
	}
	return goOn()
}

// selfLoop is an actor that owns both ends of one channel, and a State. Nobody
// else touches the channel, so the plain slice says what each call returns.
type selfLoop[T comparable] struct {
	player
	plain[T]
	c      *Chan[T]
	tx     *Tx[T]
	rx     *Rx[T]
	state  *State[int]
	value  int // of the State
	stands int // the value at the last boundary
	fresh  func(i int) T
	made   int // how many messages were made

	torn, lost int
	tornNow    bool // the open iteration is torn
	reserved   int  // by the last Reserve, from message from on
	from       int
	x, y       []T // the room of it
	had        int // how many messages were there when a range asked for the next one
}

// make returns n new messages.
func (m *selfLoop[T]) make(n int) (vs []T) {
	for range n {
		vs = append(vs, m.fresh(m.made))
		m.made++
	}
	return vs
}

// stand is a boundary, and fall is a failure.
func (m *selfLoop[T]) stand() {
	m.plain.stand()
	m.stands, m.tornNow = m.value, false
}

func (m *selfLoop[T]) fall() {
	m.plain.fall()
	if m.tornNow {
		m.lost++
	}
	m.value, m.tornNow = m.stands, false
}

// see is called after each call of the library. torn is how many messages had
// been sent when the call may have waited; 0 means that it did not.
func (m *selfLoop[T]) see(torn int) {
	finished := m.finished()
	m.must(m.look(m.c, torn))
	if m.visible > finished && !m.tornNow {
		m.tornNow = true
		m.torn++
	}
	if a := m.a; a.torn.Load() != uint64(m.torn) || a.tornLost.Load() != uint64(m.lost) {
		m.fail("torn %d, lost %d, want %d and %d", a.torn.Load(), a.tornLost.Load(), m.torn, m.lost)
	}
	if v := m.state.Get(); v != m.value {
		m.fail("the state is %d, want %d", v, m.value)
	}
	if m.pace == 0 {
		m.must(m.hidden())
	}
}

// waited is see for a call that had to wait when n messages were sent.
func (m *selfLoop[T]) waited(n int) {
	m.see(n)
	if m.visible != max(m.finished(), n) {
		m.fail("%d messages are visible after a wait, %d were sent", m.visible, n)
	}
	m.must(m.hidden())
}

// body is what the actor does until it fails or ends: givesUp tells how it ends.
func (m *selfLoop[T]) body(givesUp bool) error {
	m.see(0)
	_, err := m.steps(0)
	switch {
	case err != nil:
	case givesUp:
		m.fall()
		err = ErrStopped
	default:
		m.stand()
	}
	return err
}

// steps goes on with the script, until it says that the body of a range is
// over: out tells whether the range is over, too.
func (m *selfLoop[T]) steps(depth int) (out bool, err error) {
	for {
		d, ok := m.next()
		if !ok {
			return true, nil
		}
		switch d.step {
		case "next", "leave":
			if depth > 0 {
				return d.step == "leave", nil
			}
		case "All", "Batches":
			if m.unread() == 0 || depth > 3 {
				break // it would wait for ever
			}
			if err := m.ranges(d, depth); err != nil {
				return true, err
			}
		case "error":
			return true, errFalls
		case "panic":
			panic(errFalls)
		case "Goexit":
			runtime.Goexit()
		case "recover here", "recover outside":
			if depth > 0 {
				panic(map[string]error{"recover here": errHere, "recover outside": errOutside}[d.step])
			}
		default:
			m.call(d, depth)
		}
	}
}

// call is one call of a port or of the actor that begins no range.
func (m *selfLoop[T]) call(d do, depth int) {
	switch d.step {
	case "Send":
		m.push(1, func(vs []T) error { return m.tx.Send(vs[0]) })
	case "SendSlice":
		m.push(d.n%(m.capacity+1), m.tx.SendSlice)
	case "TrySend":
		m.trySend()
	case "Reserve":
		m.reserve()
	case "Publish":
		m.publish(d.n)
	case "TryTake":
		m.take(m.rx.TryTake, 1)
	case "TryPeek":
		m.take(m.rx.TryPeek, 0)
	case "Peek":
		m.peek()
	case "Release":
		m.release(d.n%(m.there()+3) - 1)
	case "Wait for messages", "Wait for room":
		m.wait(d, depth)
	case "Commit":
		m.stand()
		m.a.Commit()
	case "Running":
		if depth == 0 {
			m.stand()
		}
		if !m.a.Running() {
			m.fail("Running is false")
		}
	case "Blocking":
		m.a.Blocking(func(context.Context) {})
		m.see(0)
		m.must(m.hidden())
	case "Set":
		m.value = m.made + 1000*d.n
		m.state.Set(m.value)
	case "time passes":
		<-time.After(m.pace * time.Duration(d.n))
	}
	m.see(0)
}

// push sends n messages, or as many as it can without waiting for ever.
func (m *selfLoop[T]) push(n int, send func([]T) error) {
	if n = min(n, m.roomAfter()); n == 0 {
		return
	}
	vs, before, room := m.make(n), len(m.sent), m.room()
	m.plain.send(vs...)
	if err := send(vs); err != nil {
		m.fail("sending %d messages: %v", n, err)
	}
	if n > room {
		m.waited(before + room)
	}
}

func (m *selfLoop[T]) trySend() {
	vs, room := m.make(1), m.room()
	ok := m.tx.TrySend(vs[0])
	if ok {
		m.plain.send(vs...)
	}
	if m.see(0); ok != (room > 0) {
		m.fail("TrySend is %v with room for %d", ok, room)
	}
	if !ok {
		m.must(m.hidden())
	}
}

func (m *selfLoop[T]) reserve() {
	room := m.room()
	m.x, m.y = m.tx.Reserve()
	m.reserved, m.from = room, len(m.sent)
	if m.see(0); len(m.x)+len(m.y) != room || len(m.x) != m.row(len(m.sent), room) {
		m.fail("reserved %d and %d messages with room for %d behind %d", len(m.x), len(m.y), room, len(m.sent))
	}
	if room == 0 {
		m.must(m.hidden())
	}
}

// row is how many of n messages lie in a row behind the first i.
func (m *selfLoop[T]) row(i, n int) int {
	size := len(m.c.ring.Slots())
	return min(n, size-i%size)
}

// publish publishes what was reserved: all, some, or more than that.
func (m *selfLoop[T]) publish(n int) {
	if m.from != len(m.sent) {
		m.reserved = 0 // something else was sent, or taken back
	}
	if n = n%(m.reserved+3) - 1; n < 0 || n > m.reserved {
		m.panics(fmt.Sprintf("Publish(%d): %d are reserved", n, m.reserved), func() { m.tx.Publish(n) })
		return
	}
	vs := m.make(n)
	copy(m.y, vs[copy(m.x, vs):])
	m.plain.send(vs...)
	m.reserved = 0
	m.tx.Publish(n)
}

// take calls a port that returns the next message, and takes n of them.
func (m *selfLoop[T]) take(next func() (T, bool), n int) {
	there := m.there()
	v, ok := next()
	m.see(0)
	switch {
	case !ok && there > 0, ok && m.there() == 0:
		m.fail("found a message: %v, with %d there before and %d after", ok, there, m.there())
	case !ok:
		m.must(m.hidden())
	case v != m.sent[m.taken]:
		m.fail("found %v, want %v", v, m.sent[m.taken])
	default:
		m.taken += n
	}
}

func (m *selfLoop[T]) peek() {
	there := m.there()
	p, q := m.rx.Peek()
	if m.see(0); len(p)+len(q) != there || len(p) != m.row(m.taken, there) {
		m.fail("peeked at %d and %d of %d messages behind %d", len(p), len(q), there, m.taken)
	}
	for i, v := range append(p[:len(p):len(p)], q...) {
		if v != m.sent[m.taken+i] {
			m.fail("peeked at %v, want %v", v, m.sent[m.taken+i])
		}
	}
	if there == 0 {
		m.must(m.hidden())
	}
}

func (m *selfLoop[T]) release(n int) {
	if n < 0 || n > m.there() {
		m.panics(fmt.Sprintf("Release(%d): ", n), func() { m.rx.Release(n) })
	} else {
		m.taken += n
		m.rx.Release(n)
	}
}

// wait waits for as much as there can be.
func (m *selfLoop[T]) wait(d do, depth int) {
	most, now, cond := m.unread(), m.there(), m.rx.Avail
	if d.step == "Wait for room" {
		most, now, cond = m.roomAfter(), m.room(), m.tx.Vacant
	}
	if most == 0 {
		return // it would wait for ever
	}
	if depth == 0 {
		m.stand()
	}
	n := 1 + d.n%most
	if d.n%2 == 0 && !m.a.Wait(cond(n)) || d.n%2 > 0 && m.a.WaitAny(m.a.After(time.Hour), cond(n)) != 1 {
		m.fail("%s: false for %d", d.step, n)
	}
	if now < n && depth > 0 {
		m.waited(len(m.sent))
	}
}

// ranges is a range over the channel, at this depth.
func (m *selfLoop[T]) ranges(d do, depth int) error {
	defer func() {
		switch v := recover(); {
		case v == nil:
		case depth == 0 && (v == errHere || v == errOutside):
			m.fall()
			m.see(0)
		case v == errHere:
			m.see(0)
		default:
			panic(v)
		}
	}()
	m.had = m.there()
	limit, seq := d.n%9, m.rx.Batches(d.n%9)
	if limit == 0 {
		limit = m.capacity
	}
	if d.step == "All" {
		limit, seq = 1, func(yield func([]T) bool) {
			m.rx.All()(func(v T) bool { return yield([]T{v}) })
		}
	}
	for vs := range seq {
		m.arrive(vs, limit)
		if out, err := m.steps(depth + 1); out || err != nil || !m.more(depth) {
			return err
		}
	}
	m.fail("%s ended by itself", d.step)
	return nil
}

// more is the end of a body; false means that the next one would wait for ever.
func (m *selfLoop[T]) more(depth int) bool {
	if m.unread() == 0 {
		return false
	}
	if depth == 0 {
		m.stand()
	}
	m.had = m.there()
	return true
}

// arrive is the start of a body that got vs: limit at most, and all that were there
// in a row. If nothing was there it was waited for, and an iteration that has sent
// something is torn, unless what was finished was enough.
func (m *selfLoop[T]) arrive(vs []T, limit int) {
	torn := 0
	if m.had == 0 {
		torn = len(m.sent)
	}
	m.see(torn)
	least, most := m.row(m.taken, min(m.had, limit)), m.row(m.taken, min(m.there(), limit))
	if len(vs) != least && len(vs) != most || len(vs) == 0 {
		m.fail("got %d messages, want %d or %d", len(vs), least, most)
	}
	for i, v := range vs {
		if want := m.sent[m.taken+i]; v != want {
			m.fail("got %v, want %v", v, want)
		}
	}
	m.taken += len(vs)
}

// runSelfLoop runs a script against a channel and against a plain slice.
func runSelfLoop[T comparable](t *testing.T, fresh func(int) T) {
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			g := &Graph{measure: rapid.Bool().Draw(t, "measure")}
			m := &selfLoop[T]{fresh: fresh}
			m.capacity, m.pace = rapid.IntRange(1, 70).Draw(t, "capacity"), rapid.SampledFrom(paces).Draw(t, "pace")
			m.script = drawScript(t, loopSteps, 200)
			givesUp := rapid.Bool().Draw(t, "gives up")
			m.state = NewState(g, "state", 0)
			m.c = NewChan[T](g, "c", m.capacity)
			s := g.Actor("both", always, m.state)
			m.tx, m.rx = m.c.Tx(s), m.c.Rx(s)
			s.Run(func(a *Actor) error { return m.play(a, m.fall, func() error { return m.body(givesUp) }) })
			err := g.Serve(context.Background())
			if err := cmp.Or(m.bad, m.left(err)); err != nil {
				t.Fatal(err)
			}
			if v := m.state.Get(); v != m.value {
				t.Fatalf("the state is %d after the end, want %d", v, m.value)
			}
		})
	})
}

// Whatever an actor does with the two ends of a channel and with a State, a plain
// slice says what each call returns, what is visible and given back, and what is
// left at the end. A failure takes all of it back to the last boundary.
func TestAChannelIsASlice(t *testing.T) {
	t.Run("numbers", func(t *testing.T) { runSelfLoop(t, func(i int) int { return i }) })
	t.Run("pointers", func(t *testing.T) { runSelfLoop(t, func(i int) *int { return &i }) })
	t.Run("nothing", func(t *testing.T) { runSelfLoop(t, func(int) struct{} { return struct{}{} }) })
}
