//go:build !linux

package park

// HasFutex reports whether NewFutex gives a Parker on a futex.
const HasFutex = false

// NewFutex returns a Parker on a Go channel: this system has no futex.
func NewFutex() *Parker { return New() }
