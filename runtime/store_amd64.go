//go:build !race

package steady

import (
	"sync/atomic"
	"unsafe"
)

// A store of sync/atomic is an exchange on amd64, which orders it before every
// later load: more than a clock needs, whose reader checks what it read. Here
// every store is a release store, so an ordinary one does; stores of one
// goroutine become visible in their order. Under the race detector, and on
// other machines, it is an atomic one.

func storeInt64(p *atomic.Int64, v int64) { *(*int64)(unsafe.Pointer(p)) = v }

func storeUint64(p *atomic.Uint64, v uint64) { *(*uint64)(unsafe.Pointer(p)) = v }
