package steady

// Tx is the sending end of a channel, owned by one actor. What is sent becomes
// visible to the receiver some time after its iteration is over: some tens of
// microseconds while bodies are short, when a quarter of the capacity has come
// together, when the actor waits or enters [Actor.Blocking], and in any case at
// the first boundary after the receiver has asked for more. To wait is to ask,
// and so is to find nothing with TryTake or TryPeek, or nothing new with Peek, at
// most every 30 µs. So what is finished stays hidden from a receiver that wants
// it for as long as the one body that runs when it asks, however long that
// takes; with PublishEach it never is. Room that the receiver gives back becomes
// visible to the sender in the same way.
type Tx[T any] struct {
	p      outPort
	window []T // free slots in a row; the first N are staged
	slots  []T

	reserved uint64 // slots handed out by Reserve, from index from on
	from     uint64
	scratch  []T // what Reserve hands out once the channel takes nothing any more
}

// Send sends v and waits while the channel is full. It returns ErrNoReceiver
// when the receiver is done for good and ErrStopped when the graph has given
// up waiting; a request to stop does not end it. In both cases v was not sent.
//
// When it waits in an iteration that has sent something before, that iteration is
// torn: see the package documentation.
func (t *Tx[T]) Send(v T) error {
	t.p.a.point()
	if n := t.p.N; n < uint64(len(t.window)) {
		if t.p.Tick != t.p.a.tick {
			t.p.Tick, t.p.Mark = t.p.a.tick, n
		}
		t.window[n] = v
		t.p.N = n + 1
		return nil
	}
	return t.sendSlow(v)
}

//go:noinline
func (t *Tx[T]) sendSlow(v T) error {
	for !t.advance() {
		if t.p.Drop(1) {
			return nil
		}
		if err := t.p.a.awaitRoom(&t.p, t.Vacant(1)); err != nil {
			return err
		}
	}
	return t.Send(v)
}

// TrySend sends v if there is room and reports whether it did. It never waits.
func (t *Tx[T]) TrySend(v T) bool {
	t.p.a.point()
	if n := t.p.N; n < uint64(len(t.window)) {
		if t.p.Tick != t.p.a.tick {
			t.p.Tick, t.p.Mark = t.p.a.tick, n
		}
		t.window[n] = v
		t.p.N = n + 1
		return true
	}
	return t.trySlow(v)
}

//go:noinline
func (t *Tx[T]) trySlow(v T) bool {
	if t.advance() {
		return t.TrySend(v)
	}
	if t.p.Drop(1) {
		return true
	}
	t.p.refused()
	return false
}

// advance gets a new window; false means that there is no room.
func (t *Tx[T]) advance() bool {
	slot, size := t.p.Advance(t.p.a.tick)
	t.window = t.slots[slot : slot+size]
	if size == 0 {
		return false
	}
	t.p.touch()
	return true
}

// Vacant is a condition for Wait: it holds while at least n more messages can
// be sent without waiting. n below 1 means 1, n above the capacity means the
// capacity. It can no longer hold once the receiver is done for good.
func (t *Tx[T]) Vacant(n int) Cond {
	return vacantCond(&t.p, clampCount(n, t.p.e.capacity))
}

// Closed is a vote for Running: it agrees to end the channel. When every vote
// of the list says yes, the channel is closed before Running returns, so that
// its receiver can end while the body still cleans up; Send returns ErrStopped
// after that. Without this vote the channel is closed when the body returns.
func (t *Tx[T]) Closed() Ballot { return Ballot{kind: ballotClosed, tx: &t.p} }

// Capacity returns the number of messages that the channel holds at most.
func (t *Tx[T]) Capacity() int { return t.p.e.capacity }

// PublishEach makes everything that the actor sends visible at the end of its
// iteration, as if the receiver always waited, for as long as the actor lives.
// It costs a store and some checks for each iteration, some 50 ns: use it for
// a channel whose messages must not stay behind while a long body runs.
func (t *Tx[T]) PublishEach() {
	t.p.a.eager, t.p.a.stride = true, 1
	t.p.a.checkAt.Store(0)
}

func clampCount(n, capacity int) uint64 { return uint64(max(1, min(n, capacity))) }
