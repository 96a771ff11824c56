package steady

// BundleTx is the sending end of all lanes of a bundle, owned by one actor.
type BundleTx[T any] struct {
	set   laneSet
	lanes []*Tx[T]
}

// Len returns the number of lanes.
func (t *BundleTx[T]) Len() int { return len(t.lanes) }

// Lane returns the sending end of one lane, to be used like any other: what has
// to stay in order goes to one lane. It panics when there is no lane i.
func (t *BundleTx[T]) Lane(i int) *Tx[T] { return t.lanes[i] }

// Send sends v to the next lane that has room; the lanes take turns. It waits
// while all are full. The errors are those of Tx.Send: ErrNoReceiver when the
// receivers of all lanes are done for good.
func (t *BundleTx[T]) Send(v T) error {
	s := &t.set
	for {
		i := s.ready(1)
		if i < 0 {
			if i = s.await(); i < 0 {
				return t.set.failed(i)
			}
		}
		s.turn = s.after(i)
		if t.lanes[i].TrySend(v) {
			return nil
		}
	}
}

// TrySend sends v to the next lane that has room, if any has, and reports
// whether it did. It never waits.
func (t *BundleTx[T]) TrySend(v T) bool {
	s := &t.set
	i := s.ready(1)
	if i < 0 {
		if s.scan(1, false) != holds {
			s.refused()
			return false
		}
		i = s.found
	}
	s.turn = s.after(i)
	return t.lanes[i].TrySend(v)
}

// WaitLane waits until a lane has room for at least n messages and returns it:
// so many can be sent to it without waiting. n below 1 means 1, n above the
// capacity of a lane means that. The lanes take turns; one that is full does
// not stop the others. It returns nil where BundleRx.WaitLane does.
func (t *BundleTx[T]) WaitLane(n int) *Tx[T] {
	if i := t.set.wait(n); i >= 0 {
		return t.lanes[i]
	}
	return nil
}

// Vacant is a condition for waits: it holds while any lane has room for at least
// n messages; WaitLane(n) then returns such a lane without waiting. It can no
// longer hold once the receivers of all lanes are done for good.
func (t *BundleTx[T]) Vacant(n int) Cond { return t.set.cond(n) }

// Closed is a vote for Running: it agrees to end all lanes, as Tx.Closed does
// for one channel.
func (t *BundleTx[T]) Closed() Ballot {
	return Ballot{kind: ballotClosed, tx: t.set.outs[0], lanes: true}
}

// failed returns the error of a Send that can not be done.
func (s *laneSet) failed(i int) error {
	if i != noneLeft {
		return s.a.endError()
	}
	for _, o := range s.outs {
		if !o.Core().Gone() {
			return ErrStopped // Running has closed it
		}
	}
	return ErrNoReceiver
}
