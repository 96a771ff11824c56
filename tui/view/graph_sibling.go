package view

import (
	"encoding/binary"
	"slices"

	"github.com/steadytop/steadytop/collector"
)

// findSiblings returns the sets of at least fewest actors whose names differ in
// numbers only, that run on the same, and that have the same neighbours:
// the same actors, or siblings themselves. It begins with all of a name in one
// set and parts those whose neighbours differ, until nothing changes.
func findSiblings(s *collector.Snapshot) [][]int {
	f := &siblings{s: s, of: make([]int, len(s.Actors)), links: make([][]tie, len(s.Actors))}
	f.begin()
	if len(f.sets) > 0 {
		f.join()
		f.refine()
	}
	var out [][]int
	for _, set := range f.sets {
		if len(set) >= fewest {
			out = append(out, set)
		}
	}
	slices.SortFunc(out, func(a, b []int) int { return a[0] - b[0] })
	return out
}

// siblings is one run of findSiblings.
type siblings struct {
	s     *collector.Snapshot
	sets  [][]int // by number; a dissolved one is nil
	of    []int   // of each actor its set, -1 for none
	links [][]tie
}

// tie is an end of a channel, from the view of the actor there.
type tie struct {
	out   bool
	label int // channels of a bundle, or with names that differ in numbers
	other int // the actor at the other end, -1 for outside
}

// begin makes a set of all actors with like names on the same thread or kind of
// thread.
func (f *siblings) begin() {
	type like struct{ name, troupe, schedule string }
	sets := map[like]int{}
	for i := range f.s.Actors {
		a := &f.s.Actors[i]
		f.of[i] = -1
		name := canonical(a.Name)
		if name == a.Name {
			continue
		}
		k := like{name, a.Troupe, string(a.Schedule)}
		at, known := sets[k]
		if !known {
			at = len(f.sets)
			sets[k] = at
			f.sets = append(f.sets, nil)
		}
		f.sets[at] = append(f.sets[at], i)
		f.of[i] = at
	}
	for at := range f.sets {
		f.check(at)
	}
}

// check dissolves a set that is too small.
func (f *siblings) check(at int) {
	if len(f.sets[at]) < fewest {
		f.dissolve(at)
	}
}

func (f *siblings) dissolve(at int) {
	for _, i := range f.sets[at] {
		f.of[i] = -1
	}
	f.sets[at] = nil
}

// join notes the channels of all actors that are in a set.
func (f *siblings) join() {
	labels := map[string]int{}
	add := func(i, other int32, out bool, label int) {
		if i >= 0 && int(i) < len(f.of) && f.of[i] >= 0 {
			f.links[i] = append(f.links[i], tie{out, label, int(other)})
		}
	}
	for k := range f.s.Channels {
		ch := &f.s.Channels[k]
		name := edgeStem(ch)
		label, known := labels[name]
		if !known {
			label = len(labels)
			labels[name] = label
		}
		add(ch.From, ch.To, true, label)
		add(ch.To, ch.From, false, label)
	}
}

// edgeStem returns the name that like channels share.
func edgeStem(ch *collector.Channel) string {
	if ch.Bundle != "" {
		return ch.Bundle
	}
	return canonical(ch.Name)
}

// maxRounds bounds the work on graphs in which sets crumble from their ends,
// such as a long chain of two kinds of stages in turn.
const maxRounds = 16

// refine parts the sets until the members of each have the same neighbours.
func (f *siblings) refine() {
	for range maxRounds {
		if !f.round(false) {
			return
		}
	}
	f.round(true)
}

// round looks at each set once, and reports whether it changed any. The last
// round dissolves what is not at rest.
func (f *siblings) round(last bool) bool {
	changed := false
	var buf []byte
	for at, set := range f.sets {
		if set == nil {
			continue
		}
		if f.inside(at) {
			f.dissolve(at)
			changed = true
			continue
		}
		parts := map[string]int{}
		var sets [][]int
		for _, i := range set {
			buf = f.signature(buf[:0], i)
			p, known := parts[string(buf)]
			if !known {
				p = len(sets)
				parts[string(buf)] = p
				sets = append(sets, nil)
			}
			sets[p] = append(sets[p], i)
		}
		if len(sets) == 1 {
			continue
		}
		changed = true
		f.dissolve(at)
		for _, part := range sets {
			if len(part) >= fewest && !last {
				for _, i := range part {
					f.of[i] = len(f.sets)
				}
				f.sets = append(f.sets, part)
			}
		}
	}
	return changed
}

// inside reports whether a channel joins two members of a set: they are no
// siblings then, but stages.
func (f *siblings) inside(at int) bool {
	for _, i := range f.sets[at] {
		for _, l := range f.links[i] {
			if l.other >= 0 && l.other != i && l.other < len(f.of) && f.of[l.other] == at {
				return true
			}
		}
	}
	return false
}

// signature appends what the neighbours of an actor are.
func (f *siblings) signature(b []byte, i int) []byte {
	keys := make([]uint64, 0, 16)
	for _, l := range f.links[i] {
		target := uint64(1) // outside
		switch {
		case l.other < 0 || l.other >= len(f.of):
		case l.other == i:
			target = 0
		case f.of[l.other] >= 0:
			target = uint64(2 + len(f.of) + f.of[l.other])
		default:
			target = uint64(2 + l.other)
		}
		key := target<<32 | uint64(l.label)<<1
		if l.out {
			key |= 1
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint64(b, k)
	}
	return b
}
