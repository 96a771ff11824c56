package ring

import "reflect"

// Ring is a Core with its typed slots.
type Ring[T any] struct {
	*Core
	slots []T
}

// New returns a ring that holds at most capacity messages, capacity >= 1. Its
// storage is the next power of two.
func New[T any](capacity int) *Ring[T] {
	c := newCore(capacity)
	return &Ring[T]{Core: c, slots: make([]T, c.mask+1)}
}

// Slots returns the storage: message i lives in slot i & (len-1).
func (r *Ring[T]) Slots() []T { return r.slots }

// Clearer returns a function that wipes the slots of messages [from, to), or
// nil when T holds no pointers and need not be wiped.
func (r *Ring[T]) Clearer() func(from, to uint64) {
	if !hasPointers(reflect.TypeFor[T]()) {
		return nil
	}
	return func(from, to uint64) {
		i, n := from&r.mask, to-from
		if room := uint64(len(r.slots)) - i; n > room {
			clear(r.slots[:n-room])
			n = room
		}
		clear(r.slots[i : i+n])
	}
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return false
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if hasPointers(f.Type) {
				return true
			}
		}
		return false
	default:
		return true
	}
}
