//go:build !steadysim

package park

import "sync"

// Mutex guards what is never held across a wait, but may be across a Point. In
// an ordinary build it is a sync.Mutex.
type Mutex = sync.Mutex
