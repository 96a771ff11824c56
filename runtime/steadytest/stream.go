package steadytest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// Stream is what went through a channel so far, as its receiver has taken it.
type Stream[T any] struct {
	g       *Graph
	channel int

	mu     sync.Mutex
	values []T
	enough int           // how many somebody waits for
	got    chan struct{} // closed when there are
}

// Tap watches a channel of the graph without taking from it. A message is seen
// when the iteration of its receiver that took it is over. A channel with other
// messages than T is fatal.
func Tap[T any](g *Graph, channel string) *Stream[T] {
	g.tb.Helper()
	g.early("Tap")
	i := g.channel(channel)
	if have := g.channels[i].Type; have != reflect.TypeFor[T]() {
		g.tb.Fatalf("steadytest: Tap: channel %q has messages of %v, not of %v", channel, have, reflect.TypeFor[T]())
	}
	s := &Stream[T]{g: g}
	s.tap(channel)
	return s
}

func (s *Stream[T]) tap(channel string) {
	s.g.tb.Helper()
	s.channel = s.g.channel(channel)
	s.g.rig.Tap(s.channel, func(v any) {
		t, _ := v.(T) // nil is no T if that is an interface
		s.add(t)
	})
}

func (s *Stream[T]) add(v T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values = append(s.values, v)
	if s.got != nil && len(s.values) == s.enough {
		close(s.got)
	}
}

// All returns the messages so far. In a harness it first waits until nobody has
// anything to do.
func (s *Stream[T]) All() []T {
	s.g.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.values)
}

// Len returns how many messages there were so far, like All.
func (s *Stream[T]) Len() int { return len(s.All()) }

// Closed reports whether the sender of the channel is done for good.
func (s *Stream[T]) Closed() bool {
	s.g.settle()
	return s.g.rig.Closed(s.channel)
}

// Want fails the test unless just these messages came so far. Like All it waits
// until nobody has anything to do, and not longer: no time passes.
func (s *Stream[T]) Want(want ...T) {
	s.g.tb.Helper()
	if err := compare(s.All(), want); err != nil {
		s.g.tb.Errorf("channel %q: %v%s", s.g.channels[s.channel].Name, err, s.g.story())
	}
}

// WantInAnyOrder is Want for messages whose order is of no importance.
func (s *Stream[T]) WantInAnyOrder(want ...T) {
	s.g.tb.Helper()
	got := s.All()
	left := slices.Clone(want)
	for _, v := range got {
		if i := slices.IndexFunc(left, func(w T) bool { return reflect.DeepEqual(v, w) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	if len(got) != len(want) || len(left) > 0 {
		s.g.tb.Errorf("channel %q: got %d messages, want %d in any order; missing: %v\n\tgot  %v\n\twant %v%s",
			s.g.channels[s.channel].Name, len(got), len(want), left, got, want, s.g.story())
	}
}

// WantEventually is Want after as much time of the harness as it takes for so
// many messages to come, at most the Patience of the harness.
func (s *Stream[T]) WantEventually(want ...T) {
	s.g.tb.Helper()
	if s.g.h == nil {
		s.g.tb.Fatalf("steadytest: WantEventually is for the graph of a harness")
	}
	s.g.settle()
	s.mu.Lock()
	s.enough, s.got = len(want), make(chan struct{})
	got := s.got
	if len(s.values) >= s.enough {
		close(s.got)
	}
	s.mu.Unlock()
	s.g.h.quiet(func() {
		select {
		case <-got:
		case <-time.After(s.g.patience()):
		}
	})
	s.mu.Lock()
	s.got = nil
	s.mu.Unlock()
	s.Want(want...)
}

// compare puts side by side what is different.
func compare[T any](got, want []T) error {
	if slices.EqualFunc(got, want, func(x, y T) bool { return reflect.DeepEqual(x, y) }) {
		return nil
	}
	show := func(vs []T, i int) string {
		if i >= len(vs) {
			return "–"
		}
		return fmt.Sprintf("%#v", vs[i])
	}
	first := 0
	for first < min(len(got), len(want)) && reflect.DeepEqual(got[first], want[first]) {
		first++
	}
	from, to := max(0, first-3), min(max(len(got), len(want)), first+8)
	var b strings.Builder
	fmt.Fprintf(&b, "got %d messages, want %d; the first difference is at %d\n\t  %5s  %-24s %s", len(got), len(want), first, "", "got", "want")
	for i := from; i < to; i++ {
		if i < len(got) && i < len(want) {
			if d := differences(got[i], want[i]); d != nil {
				fmt.Fprintf(&b, "\n\t* %5d  %s", i, unlike(got[i], want[i]))
				continue
			}
		}
		mark := " "
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
			mark = "*"
		}
		fmt.Fprintf(&b, "\n\t%s %5d  %-24s %s", mark, i, show(got, i), show(want, i))
	}
	return fmt.Errorf("%s", b.String())
}
