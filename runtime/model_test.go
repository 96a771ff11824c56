package steady

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// plain is a channel as its documentation has it: a slice of all that was ever
// sent, and some numbers of messages. What lies behind a mark belongs to an
// iteration that is still open, and may be taken back.
type plain[T comparable] struct {
	capacity  int
	sent      []T
	sentMark  int // how many of sent stand
	taken     int
	takenMark int // how many of taken stand
	visible   int // how many of sent the receiver could see at the last look
	released  int // how many of taken the sender was told of by then
	written   int // no message beyond this one was ever written into a slot
}

// unread is how many messages were sent and not taken.
func (p *plain[T]) unread() int { return len(p.sent) - p.taken }

// there is how many messages the receiver can take without waiting.
func (p *plain[T]) there() int { return p.visible - p.taken }

// room is how many messages the sender can send without waiting.
func (p *plain[T]) room() int { return p.capacity - (len(p.sent) - p.released) }

// roomAfter is the room once all that was taken in finished iterations is given back.
func (p *plain[T]) roomAfter() int { return p.capacity - (len(p.sent) - p.takenMark) }

// finished is how much of sent can not be taken back any more: what stands, and
// what was published before it did.
func (p *plain[T]) finished() int { return max(p.sentMark, p.visible) }

func (p *plain[T]) send(vs ...T) {
	p.sent = append(p.sent, vs...)
	p.written = max(p.written, len(p.sent))
}

// stand is a boundary of an actor that owns both ends, and fall is a failure.
func (p *plain[T]) stand() { p.sentMark, p.takenMark = len(p.sent), p.taken }

func (p *plain[T]) fall() {
	p.sent = p.sent[:p.finished()]
	p.sentMark, p.taken = len(p.sent), p.takenMark
}

// count reads the counters of the ring, and says what is wrong with them. Finished
// iterations may become visible at any time, of an open one nothing, unless it was
// torn when torn messages had been sent.
func (p *plain[T]) count(e *edge, torn int) error {
	s, t := e.core.Counters()
	sent, taken := int(s), int(t)
	switch finished := p.finished(); {
	case sent < p.visible || sent > finished && sent != torn:
		return fmt.Errorf("%d messages are visible, %d were before, %d are finished of %d", sent, p.visible, finished, len(p.sent))
	case taken < p.released || taken > p.takenMark:
		return fmt.Errorf("%d messages are given back, %d were before, %d may be of %d", taken, p.released, p.takenMark, p.taken)
	case len(p.sent)-taken > p.capacity:
		return fmt.Errorf("%d messages are in a channel for %d", len(p.sent)-taken, p.capacity)
	}
	p.visible, p.released = sent, taken
	return nil
}

// look is count, and says what is wrong with what lies in the slots.
func (p *plain[T]) look(c *Chan[T], torn int) error {
	if err := p.count(c.e, torn); err != nil {
		return err
	}
	slots := c.ring.Slots()
	for i := p.released; i < len(p.sent); i++ {
		if v := slots[i%len(slots)]; v != p.sent[i] {
			return fmt.Errorf("message %d is %v in its slot, want %v", i, v, p.sent[i])
		}
	}
	var wiped T
	for i := max(0, p.written-len(slots)); i < p.released && c.ring.Clearer() != nil; i++ {
		if slots[i%len(slots)] != wiped {
			return fmt.Errorf("message %d was given back and is still in its slot", i)
		}
	}
	return nil
}

// hidden says what is not visible though it is finished, and not given back.
func (p *plain[T]) hidden() error {
	if p.visible < p.finished() || p.released < p.takenMark {
		return fmt.Errorf("%d of %d finished messages are visible, %d of %d are given back", p.visible, p.finished(), p.released, p.takenMark)
	}
	return nil
}

// do is one step of a script; what n means depends on the step.
type do struct {
	step string
	n    int
}

// script is what to do, and prints itself for people.
type script []do

// GoString implements fmt.GoStringer.
func (s script) GoString() string {
	var w strings.Builder
	for _, d := range s {
		if d.step != "nothing" {
			fmt.Fprintf(&w, "%s %d; ", d.step, d.n)
		}
	}
	return w.String()
}

// paces are what steps may take. If time stands still, no actor ever becomes lazy.
var paces = []time.Duration{0, 20, 200, 2000}

// drawScript draws a script of steps with these names. A script that fails
// shrinks towards the first of them, which should be "nothing".
func drawScript(t *rapid.T, steps []string, least int) script {
	one := rapid.Custom(func(t *rapid.T) do {
		return do{rapid.SampledFrom(steps).Draw(t, "step"), rapid.IntRange(0, 99).Draw(t, "n")}
	})
	return rapid.Map(rapid.SliceOfN(one, least, 2*least), func(ds []do) script { return ds }).Draw(t, "script")
}

// pairSteps are what the two ends of a pair can be told to do. What is none of
// senderSteps is for the receiver.
var (
	senderSteps = []string{"Send", "TrySend", "Commit sent", "Publish", "SendSlice", "Wait for room", "fail to send"}
	pairSteps   = slices.Concat([]string{"nothing"}, slices.Repeat([]string{
		"TryTake", "Commit taken", "All", "next", "Release", "Commit taken", "Send", "TrySend", "Commit sent", "Publish",
	}, 4), slices.Repeat([]string{"leave", "SendSlice", "Wait for room", "Wait for messages"}, 3), []string{"fail to send", "fail to take", "leave"})
)

// end is one of two actors that do what they are told, one call at a time.
type end struct {
	tell  chan do
	tx    *Tx[int]
	rx    *Rx[int]
	next  int   // the next message to send is this one
	idle  bool  // it waits to be told more
	depth int   // 1 inside of a body of All
	got   []int // what was sent or taken
	err   error
	never bool // a wait has ended without what it waited for
}

// obey goes on until it is told to end, or the body of a range is over: true
// means that the range goes on.
func (e *end) obey(a *Actor, depth int) bool {
	for {
		e.depth, e.idle = depth, true
		d := <-e.tell
		e.idle, e.got, e.err = false, nil, nil
		switch d.step {
		case "", "end":
			return false
		case "leave", "next":
			if depth > 0 {
				return d.step == "next"
			}
		case "All":
			for v := range e.rx.All() {
				if e.got = []int{v}; !e.obey(a, depth+1) {
					break
				}
			}
		case "rest":
			a.Commit()
			for v := range e.rx.All() {
				e.got = append(e.got, v)
			}
			return false
		default:
			e.call(a, d)
		}
	}
}

func (e *end) call(a *Actor, d do) {
	var vs []int
	for i := range d.n {
		vs = append(vs, e.next+i)
	}
	switch d.step {
	case "Send":
		e.err = e.tx.Send(e.next)
	case "TrySend":
		if e.tx.TrySend(e.next) {
			e.got = vs[:1]
		}
	case "SendSlice":
		e.err = e.tx.SendSlice(vs)
	case "Publish":
		x, y := e.tx.Reserve()
		e.got = vs[:copyParts(x, y, vs, nil)]
		e.tx.Publish(len(e.got))
	case "TryTake":
		if v, ok := e.rx.TryTake(); ok {
			e.got = []int{v}
		}
	case "Release":
		p, q := e.rx.Peek()
		e.got = slices.Concat(p, q)[:min(len(p)+len(q), d.n)]
		e.rx.Release(len(e.got))
	case "Wait for room":
		e.never = a.WaitAny(a.After(1000*time.Hour), e.tx.Vacant(d.n)) != 1
	case "Wait for messages":
		e.never = !a.Wait(e.rx.Avail(d.n))
	case "Commit sent", "Commit taken":
		a.Commit()
	case "fail to send", "fail to take":
		panic(errFalls)
	}
}

// pair is a sender and a receiver that hand over to each other: one does what it
// is told, until it has done it or waits, and then the other may go on. So the
// slice says which of them waits, and which call wakes it.
type pair struct {
	plain[int]
	t      *rapid.T
	c      *Chan[int]
	tx, rx *end
	pace   time.Duration // what each step takes; 0 means that each boundary makes everything visible
	need   int           // how much room the sender waits for; 0 when it does not wait
	unsent int           // what the Send that waits has still to send
	want   int           // how many messages the receiver waits for; 0 when it does not wait
	taking bool          // it waits in All, and then takes one

	asked  [2]time.Duration // when the sender, and the receiver, last asked the other for more
	due    [2]bool          // the next boundary of the other has to answer
	peeked [2]int           // what the receiver found when it last looked
}

// tell has an end do d, up to the point where it waits.
func (p *pair) tell(e *end, d do) {
	e.next = len(p.sent)
	e.tell <- d
	synctest.Wait()
}

// push appends the next n messages.
func (p *pair) push(n int) {
	for range n {
		p.send(len(p.sent))
	}
}

// pop takes messages, which must be the next ones.
func (p *pair) pop(got []int) {
	for _, v := range got {
		if v != p.taken || v >= p.visible {
			p.t.Fatalf("got %v, want %d of %d visible messages", got, p.taken, p.visible)
		}
		p.taken++
	}
}

// see is called after each step. Who waits goes on as soon as there is enough for
// it, and not before; a sender that waits has published all that it had sent. And
// of what was finished nothing is hidden if allSent or allTaken says so.
func (p *pair) see(torn int, allSent, allTaken bool) {
	_, taken := p.c.e.core.Counters()
	if room := p.capacity - len(p.sent) + int(taken); p.need > 0 && room >= p.need {
		n := min(p.unsent, room)
		p.push(n)
		if p.unsent -= n; p.unsent == 0 {
			p.need = 0
		} else {
			torn = len(p.sent)
		}
	}
	if err := errors.Join(p.look(p.c, torn), p.tx.err, p.rx.err); err != nil {
		p.t.Fatal(err)
	}
	if p.want > 0 && p.there() >= p.want {
		if p.want = 0; p.taking {
			p.pop(p.rx.got)
		}
	}
	switch {
	case p.tx.idle != (p.need == 0):
		p.t.Fatalf("the sender is idle: %v, needs room for %d and has %d", p.tx.idle, p.need, p.room())
	case p.rx.idle != (p.want == 0):
		p.t.Fatalf("the receiver is idle: %v, wants %d and has %d", p.rx.idle, p.want, p.there())
	case p.tx.never || p.rx.never:
		p.t.Fatal("a wait is not true")
	case p.visible < torn || allSent && p.visible < p.sentMark:
		p.t.Fatalf("%d of %d messages are visible", p.visible, max(torn, p.sentMark))
	case allTaken && p.released < p.takenMark:
		p.t.Fatalf("%d of %d messages are given back", p.released, p.takenMark)
	}
}

// ask notes that the sender (0) or the receiver (1) found nothing. That asks the
// other, but not more often than each 30 µs.
func (p *pair) ask(i int) {
	if now := p.c.e.g.sched.Now(); p.asked[i] == 0 || now-p.asked[i] >= lookEvery {
		p.asked[i], p.due[i] = now, true
	}
}

// senderStands and receiverStands are told d, which is a boundary. It has to
// make everything visible if somebody waits for it, or has asked.
func (p *pair) senderStands(d do) {
	p.sentMark = len(p.sent)
	all := p.pace == 0 || p.due[1] || p.want > 0 && p.sentMark-p.taken >= p.want
	p.due[1] = false
	if p.tell(p.tx, d); d.step == "Wait for room" && p.room() < d.n {
		p.need, all = d.n, true
	}
	p.see(0, all, false)
}

func (p *pair) receiverStands(d do) {
	p.takenMark = p.taken
	all := p.pace == 0 || p.due[0] || p.need > 0 && p.roomAfter() >= p.need
	p.due[0] = false
	p.tell(p.rx, d)
	p.see(0, false, all)
}

func (p *pair) step(d do) {
	d.n = 1 + d.n%p.capacity
	if p.pace > 0 {
		<-time.After(p.pace)
	}
	switch sends := slices.Contains(senderSteps, d.step); {
	case d.step == "nothing":
	case sends && p.need == 0:
		p.stepSender(d)
	case !sends && p.want == 0:
		p.stepReceiver(d)
	}
}

func (p *pair) stepSender(d do) {
	room, torn, refused := p.room(), 0, false
	switch d.step {
	case "Send", "SendSlice":
		if d.step == "Send" {
			d.n = 1
		}
		if d.n > room && p.want > len(p.sent)+room-p.taken {
			return // both would wait for ever
		}
		p.tell(p.tx, d)
		if p.push(min(d.n, room)); d.n > room {
			p.need, p.unsent, torn = 1, d.n-room, len(p.sent)
		}
	case "TrySend", "Publish":
		n := min(d.n, room)
		if d.step == "TrySend" {
			n = min(1, room)
		}
		if p.tell(p.tx, d); len(p.tx.got) != n {
			p.t.Fatalf("%s has sent %d with room for %d", d.step, len(p.tx.got), room)
		}
		p.push(n)
		if refused = room == 0; refused {
			p.ask(0)
		}
	case "fail to send":
		p.sent = p.sent[:p.finished()]
		p.sentMark = len(p.sent)
		p.tell(p.tx, d)
	default:
		if d.step == "Wait for room" && d.n > room && p.want > len(p.sent)-p.taken {
			return // both would wait for ever
		}
		p.senderStands(d)
	}
	p.see(torn, refused, false)
}

func (p *pair) stepReceiver(d do) {
	there := p.there()
	switch d.step {
	case "TryTake", "Release":
		n, looked, refused := min(there, 1), [2]int{p.taken, there}, there == 0
		if d.step == "Release" {
			n, refused = min(there, d.n), refused || p.peeked == looked
			p.peeked = looked
		}
		if p.tell(p.rx, d); len(p.rx.got) != n {
			p.t.Fatalf("%s: %d messages, %d are there", d.step, len(p.rx.got), there)
		}
		if p.pop(p.rx.got); refused {
			p.ask(1)
		}
		p.see(0, false, refused)
	case "All", "next", "Wait for messages":
		p.await(d)
	case "leave":
		p.tell(p.rx, d)
	case "fail to take":
		p.taken = p.takenMark
		p.tell(p.rx, d)
	default:
		p.receiverStands(d)
	}
	p.see(0, false, false)
}

// await is a call that waits for messages.
func (p *pair) await(d do) {
	inBody, all, held := p.rx.depth > 0, d.step != "Wait for messages", 0
	switch {
	case all && inBody != (d.step == "next"):
		return
	case all:
		d.n = 1
	case inBody:
		held = p.taken - p.takenMark
	}
	waits := p.there() < d.n
	if waits && (p.need > 0 || held+d.n > p.capacity) {
		return // it would wait for ever
	}
	if p.want, p.taking = d.n, all; d.step == "next" || !all && !inBody {
		p.receiverStands(d)
	} else {
		p.tell(p.rx, d)
	}
	p.see(0, false, waits)
}

// finish ends the sender, and then lets the receiver take what is left.
func (p *pair) finish() (got []int) {
	late := p.need > 0
	if !late {
		p.tell(p.tx, do{step: "end"})
		if waits := p.want > 0 && !p.taking; !p.rx.idle || waits && p.rx.never != (p.unread() == 0) {
			p.t.Fatalf("with %d messages left at the end the receiver is idle: %v, and a wait false: %v", p.unread(), p.rx.idle, p.rx.never)
		}
	}
	if p.want > 0 && p.taking {
		got = p.rx.got // it waited for one, and got that or the end
	}
	p.tell(p.rx, do{step: "leave"})
	if p.tell(p.rx, do{step: "rest"}); late {
		p.push(p.unsent)
		p.tell(p.tx, do{step: "end"})
	}
	return append(got, p.rx.got...)
}

// run plays a script of the two.
func (p *pair) run(t *rapid.T) {
	g := &Graph{measure: rapid.Bool().Draw(t, "measure"), Grace: -1}
	p.t, p.tx, p.rx = t, &end{tell: make(chan do)}, &end{tell: make(chan do)}
	p.capacity = rapid.IntRange(1, 70).Draw(t, "capacity")
	p.c = NewChan[int](g, "c", p.capacity)
	source, sink := g.Actor("source", always), g.Actor("sink", always)
	p.tx.tx, p.rx.rx = p.c.Tx(source), p.c.Rx(sink)
	source.Run(func(a *Actor) error { p.tx.obey(a, 0); return nil })
	sink.Run(func(a *Actor) error { p.rx.obey(a, 0); return nil })
	result := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { result <- g.Serve(ctx); close(result) }()
	defer func() { // whatever was found
		close(p.tx.tell)
		close(p.rx.tell)
		cancel()
		<-result
	}()
	synctest.Wait()
	for _, d := range drawScript(t, pairSteps, 200) {
		p.step(d)
	}
	if got, err := p.finish(), <-result; err != nil || !slices.Equal(got, p.sent[p.taken:]) {
		t.Fatalf("at the end got %v, %v, want %v", got, err, p.sent[p.taken:])
	}
}

// The two ends of a channel agree with a plain slice about what each of their calls
// returns. Who waits for messages, or for room, goes on exactly when the other has
// finished enough of them, and not before. All that was sent arrives.
func TestTwoEndsOfASlice(t *testing.T) {
	for _, pace := range paces {
		t.Run(pace.String(), rapid.MakeCheck(func(t *rapid.T) {
			rapid.SyncTest(t, (&pair{pace: pace}).run)
		}))
	}
}
