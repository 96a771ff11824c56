//go:build steadysim

package park

import "sync"

// Mutex is a sync.Mutex for flows of which one at a time runs: whoever finds it
// taken lets others go on, until one of them has given it back.
type Mutex struct{ mu sync.Mutex }

// Lock takes the mutex.
func (m *Mutex) Lock() {
	for Hook != nil && !m.mu.TryLock() {
		Hook()
	}
	if Hook == nil {
		m.mu.Lock()
	}
}

// Unlock gives it back.
func (m *Mutex) Unlock() { m.mu.Unlock() }
