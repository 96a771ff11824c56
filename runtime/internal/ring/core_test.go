package ring

import (
	"testing"
	"unsafe"
)

// The groups of fields that one side writes lie on cache lines of their own,
// two lines each, and the size class keeps them aligned.
func TestCoreKeepsTheSidesApart(t *testing.T) {
	var c Core
	if n := unsafe.Sizeof(c); n != 512 {
		t.Errorf("a Core has %d bytes, want 512", n)
	}
	for name, at := range map[string]uintptr{
		"tail": unsafe.Offsetof(c.tail), "head": unsafe.Offsetof(c.head), "rxNeed": unsafe.Offsetof(c.rxNeed),
	} {
		if at%128 != 0 {
			t.Errorf("the group of %s begins at %d", name, at)
		}
	}
}
