package steadytest

import (
	"fmt"
	"strings"
)

// EachOnce ensures that what went into a part of the graph came out of it: each message
// of sent has come on got, once, in whatever order. Without it nobody knows what an
// actor owes for a message, and one that drops some passes. Both are what Tap returns,
// in the Setup of Simulate or in a harness. The order, and what actors make of messages,
// is for an Ensure of your own; where an iteration may be torn, its messages may come
// twice.
func EachOnce[T comparable](sent, got *Stream[T]) {
	EachOnceBy(sent, func(v T) T { return v }, got, func(v T) T { return v })
}

// EachOnceBy is EachOnce for messages that are changed on their way, but keep a key.
func EachOnceBy[S, T any, K comparable](sent *Stream[S], key func(S) K, got *Stream[T], same func(T) K) {
	sent.g.Ensure(func() error {
		owed, order := map[K]int{}, []K{}
		note := func(k K, n int) {
			if _, ok := owed[k]; !ok {
				order = append(order, k)
			}
			owed[k] += n
		}
		in, out := sent.All(), got.All()
		for _, v := range in {
			note(key(v), 1)
		}
		for _, v := range out {
			note(same(v), -1)
		}
		var lost, twice []K
		for _, k := range order {
			switch n := owed[k]; {
			case n > 0:
				lost = append(lost, k)
			case n < 0:
				twice = append(twice, k)
			}
		}
		if len(lost)+len(twice) == 0 {
			return nil
		}
		return fmt.Errorf("%d messages of channel %q led to %d of channel %q%s%s", len(in), sent.name(), len(out), got.name(),
			some("; lost: ", lost), some("; too often: ", twice))
	})
}

func (s *Stream[T]) name() string { return s.g.channels[s.channel].Name }

// some names the first of them.
func some[K any](what string, of []K) string {
	if len(of) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(what)
	for i, k := range of[:min(len(of), 8)] {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%v", k)
	}
	if len(of) > 8 {
		fmt.Fprintf(&b, " and %d more", len(of)-8)
	}
	return b.String()
}
