package steadytest

import (
	"fmt"
	"math"
	"reflect"
)

// contents is what went through the channels of a run, message by message, to be
// compared with another run of the same seed: what an actor makes of its messages
// may differ though the order of its steps does not.
type contents struct {
	names []string    // of the channels
	seen  [][]content // by channel
}

type content struct {
	sum     uint64
	message any
}

// tap listens to all channels of a graph.
func (c *contents) tap(g *Graph) {
	if c.seen == nil {
		c.seen = make([][]content, len(g.channels))
		for _, ch := range g.channels {
			c.names = append(c.names, ch.Name)
		}
	}
	for i := range g.channels {
		g.rig.Tap(i, func(m any) {
			s := summer{sum: fnvOffset, left: maxValues}
			s.add(reflect.ValueOf(m), maxDepth)
			c.seen[i] = append(c.seen[i], content{s.sum, m})
		})
	}
}

// difference says where two runs of a graph differ; it is empty when they do not.
func (c *contents) difference(other *contents) string {
	for i, seen := range c.seen {
		again := other.seen[i]
		for k := range min(len(seen), len(again)) {
			if seen[k].sum != again[k].sum {
				return fmt.Sprintf("message %d of channel %q was %s, and is %s", k, c.names[i], show(seen[k].message), show(again[k].message))
			}
		}
		if len(seen) != len(again) {
			return fmt.Sprintf("channel %q had %d messages, and has %d", c.names[i], len(seen), len(again))
		}
	}
	return ""
}

// show puts a message into at most some words.
func show(m any) string {
	v := reflect.ValueOf(m)
	if v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().CanInterface() {
		m = v.Elem().Interface()
	}
	if r := []rune(fmt.Sprintf("%+v", m)); len(r) > 200 {
		return string(r[:200]) + " …"
	} else {
		return string(r)
	}
}

const (
	fnvOffset uint64 = 14695981039346656037
	fnvPrime  uint64 = 1099511628211

	maxDepth  = 12    // how deep the values of a message are looked at
	maxValues = 20000 // and how many
)

// summer makes a sum of values that does not depend on where they lie in memory.
type summer struct {
	sum  uint64
	left int // how many values it still looks at
}

func (s *summer) word(n uint64) { s.sum = (s.sum ^ n) * fnvPrime }

func (s *summer) text(t string) {
	s.word(uint64(len(t)))
	for i := range len(t) {
		s.word(uint64(t[i]))
	}
}

var errorType = reflect.TypeFor[error]()

// add looks at v and at what it points to. Of an error only the type counts: it may
// hold a stack. What is an address and nothing else does not count at all.
func (s *summer) add(v reflect.Value, depth int) {
	if s.left--; s.left < 0 || depth == 0 {
		return
	}
	if !v.IsValid() {
		s.word(0)
		return
	}
	s.word(uint64(v.Kind()))
	if v.Type().Implements(errorType) {
		s.text(v.Type().String())
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			s.word(1)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		s.word(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		s.word(v.Uint())
	case reflect.Float32, reflect.Float64:
		s.word(math.Float64bits(v.Float()))
	case reflect.Complex64, reflect.Complex128:
		s.word(math.Float64bits(real(v.Complex())))
		s.word(math.Float64bits(imag(v.Complex())))
	case reflect.String:
		s.text(v.String())
	case reflect.Array, reflect.Slice:
		s.word(uint64(v.Len()))
		for i := range min(v.Len(), max(s.left, 0)) {
			s.add(v.Index(i), depth-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			s.add(v.Field(i), depth-1)
		}
	case reflect.Pointer, reflect.Interface:
		s.inside(v, depth)
	case reflect.Map:
		s.pairs(v, depth)
	}
}

// inside looks at what a pointer or an interface holds.
func (s *summer) inside(v reflect.Value, depth int) {
	if v.IsNil() {
		s.word(0)
		return
	}
	if v.Kind() == reflect.Interface {
		s.text(v.Elem().Type().String())
	}
	s.add(v.Elem(), depth-1)
}

// pairs looks at a map, whose order does not count.
func (s *summer) pairs(v reflect.Value, depth int) {
	s.word(uint64(v.Len()))
	all := uint64(0)
	for it := v.MapRange(); it.Next(); {
		one := summer{sum: fnvOffset, left: s.left}
		one.add(it.Key(), depth-1)
		one.add(it.Value(), depth-1)
		all += one.sum
		s.left--
	}
	s.word(all)
}
