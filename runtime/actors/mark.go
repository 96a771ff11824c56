package actors

import "sort"

// Mark is what is done of the work of a source: the low-water mark below which
// everything is, and what is done above it. It is a value: Done returns another
// one and changes nothing, so it may be kept in a [steady.State]. The zero value
// says that nothing is done.
//
// It is what an actor persists to whom several workers tell in any order what they
// have done. After a crash the source goes on at Low, and nothing is left out,
// whichever of the workers were ahead:
//
//	mark := steady.NewState(g, "mark", actors.Mark{}, steady.Persist("mark.state"))
//	from := mark.AtStart().Low // for the source
//
//	for _, span := range done.All() { // in the actor behind the workers
//		mark.Set(mark.Get().Done(span))
//	}
//
// What that promises is at least once: what was done and not yet saved is done
// again. For that a worker may tell what it has done only after it has, which it
// does if it sends at the end of the body that does the work. A message that is
// set aside is not done, so nothing above it counts, until somebody says that it
// is: who handles a dead letter tells its span, too.
//
// The spans in Ahead are what lies between those under way, so there are at most
// as many as messages between the source and here, which the channels bound: a
// worker that hangs while the others go on costs one span, not one for each
// message. Done costs a few nanoseconds and no memory for what comes in order,
// else a copy of Ahead.
type Mark struct {
	Low   uint64
	Ahead []Span `json:",omitempty"` // in order, apart from each other and above Low
}

// Done returns the mark with s as done. What is done already may come again.
func (m Mark) Done(s Span) Mark {
	s.From = max(s.From, m.Low)
	if s.To <= s.From {
		return m
	}
	// The spans that s touches become one with it.
	first := sort.Search(len(m.Ahead), func(i int) bool { return m.Ahead[i].To >= s.From })
	next := first
	for ; next < len(m.Ahead) && m.Ahead[next].From <= s.To; next++ {
		s.From, s.To = min(s.From, m.Ahead[next].From), max(s.To, m.Ahead[next].To)
	}
	if s.From == m.Low { // and so first is 0
		m.Low, m.Ahead = s.To, m.Ahead[next:]
		if len(m.Ahead) == 0 {
			m.Ahead = nil
		}
		return m
	}
	ahead := make([]Span, 0, len(m.Ahead)-(next-first)+1)
	ahead = append(ahead, m.Ahead[:first]...)
	ahead = append(ahead, s)
	m.Ahead = append(ahead, m.Ahead[next:]...)
	return m
}
