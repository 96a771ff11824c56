package park

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// HasFutex reports whether NewFutex gives a Parker on a futex.
const HasFutex = true

const (
	futexWaitPrivate = 0 | 128 // FUTEX_WAIT | FUTEX_PRIVATE_FLAG
	futexWakePrivate = 1 | 128
)

// The states of the word of a futex.
const (
	quiet    uint32 = iota // no signal, nobody sleeps
	signal                 // a signal that no Wait has taken
	sleeping               // Wait is in the kernel, or about to be
)

// A thread in the kernel takes microseconds to wake, so Wait looks at the word
// for about as long before it goes there. Whether that pays shows: the number
// of looks doubles when it did, halves when it did not, and once it has come
// down to none it is tried again now and then. (The idea is that of adaptive
// mutexes.)
const (
	maxLooks = 20_000 // some 15 µs
	fewLooks = 500
	tryAgain = 100 // waits without a look until the next try
)

// futex sleeps in the kernel. An actor that is locked to its thread wakes ten
// to twenty times faster this way than through a channel, which must first
// find the goroutine a processor and then hand that over to the thread. A
// parked futex is a system call: it does not let the clock of a
// testing/synctest bubble move.
type futex struct {
	word atomic.Uint32
	_    [60]byte

	// Of the waiter only.
	looks   int // before the next sleep
	without int // waits since the last look
}

// works reports whether the system call is there: a 32-bit kernel may have only
// the later one with 64-bit times, and a Wait would spin.
var works = sync.OnceValue(func() bool {
	word := new(uint32)
	_, _, err := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWakePrivate, 1, 0, 0, 0)
	return err == 0
})

// NewFutex returns a Parker on a futex, or on a Go channel if the kernel has no
// futex for it.
func NewFutex() *Parker {
	if !works() {
		return New()
	}
	f := new(futex)
	if runtime.GOMAXPROCS(0) > 1 {
		f.looks = maxLooks
	} else {
		f.without = math.MinInt // nobody could signal meanwhile
	}
	return On(f)
}

// Wait returns once there is a signal, and takes it. FUTEX_WAIT compares the
// word with sleeping under the kernel's lock, so a Signal after the
// compare-and-swap is seen.
func (f *futex) Wait() {
	if f.look() {
		return
	}
	for !f.word.CompareAndSwap(signal, quiet) {
		if f.word.CompareAndSwap(quiet, sleeping) || f.word.Load() == sleeping {
			_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&f.word)), futexWaitPrivate, uintptr(sleeping), 0, 0, 0)
		}
	}
}

// longest bounds a timed sleep: a Timespec has 32 bits on some machines.
const longest = time.Hour

// WaitFor implements Timed. The kernel wakes the thread itself, so that it does
// not depend on a timer of the Go runtime, on the goroutine that this would
// start, nor on a processor to run that on. Idle, the Go runtime counts in
// milliseconds.
func (f *futex) WaitFor(d time.Duration) bool {
	if f.look() {
		return true
	}
	if f.word.CompareAndSwap(quiet, sleeping) {
		t := unix.NsecToTimespec(int64(min(max(d, 0), longest)))
		_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&f.word)), futexWaitPrivate, uintptr(sleeping), uintptr(unsafe.Pointer(&t)), 0, 0)
		if f.word.CompareAndSwap(sleeping, quiet) {
			return false
		}
	}
	return f.word.CompareAndSwap(signal, quiet) // nobody else takes it, so this succeeds
}

// look waits for a signal without sleeping, as long as that has paid lately.
func (f *futex) look() bool {
	for range f.looks {
		if f.word.Load() == signal && f.word.CompareAndSwap(signal, quiet) {
			f.looks = min(2*f.looks, maxLooks)
			return true
		}
	}
	if f.looks /= 2; f.looks >= fewLooks {
		return false
	}
	f.looks = 0
	if f.without++; f.without > tryAgain {
		f.looks, f.without = maxLooks, 0
	}
	return false
}

// Signal leaves the kernel alone unless somebody sleeps there.
func (f *futex) Signal() {
	if f.word.Swap(signal) == sleeping {
		_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&f.word)), futexWakePrivate, 1, 0, 0, 0)
	}
}
