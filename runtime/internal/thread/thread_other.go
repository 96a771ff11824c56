//go:build !linux

package thread

// CanPin reports whether threads can be pinned to cores.
const CanPin = false

// Allowed returns nothing: the cores are not known.
func Allowed() []int { return nil }

// Pin returns ErrUnsupported.
func Pin([]int) error { return ErrUnsupported }

// Punctual does nothing.
func Punctual() {}

// Realtime returns ErrUnsupported.
func Realtime(int) error { return ErrUnsupported }

// LockMemory returns ErrUnsupported.
func LockMemory() error { return ErrUnsupported }
