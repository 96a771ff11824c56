package thread

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// CanPin reports whether threads can be pinned to cores.
const CanPin = true

// atStart are the cores of the process before anybody pinned a thread: package
// variables are set on the main thread, which has what the process inherited.
var atStart, _ = affinity()

// Allowed returns the cores that this process may use, ascending: those that it
// was given when it started, and those that the system keeps for threads which
// ask for them (isolcpus) and gives to this process, too. It is empty when they
// are not known.
func Allowed() []int { return slices.Clone(allowedOnce()) }

var allowedOnce = sync.OnceValue(func() []int {
	isolated, _ := os.ReadFile("/sys/devices/system/cpu/isolated")
	return withIsolated(atStart, string(isolated))
})

// withIsolated adds those of the listed cores that a thread of this process can
// be pinned to. It tries, on threads that end with that.
func withIsolated(given []int, list string) []int {
	cores := slices.Clone(given)
	for _, c := range parse(list) {
		if slices.Contains(given, c) {
			continue
		}
		got := make(chan error, 1)
		go func() {
			runtime.LockOSThread()
			got <- Pin([]int{c})
		}()
		if <-got == nil {
			cores = append(cores, c)
		}
	}
	slices.Sort(cores)
	return cores
}

// affinity returns the cores of the calling thread. The kernel refuses a set
// that is smaller than its own, whose size it does not tell.
func affinity() ([]int, error) {
	for size := 1024; ; size *= 2 {
		set := unix.NewCPUSet(size)
		err := unix.SchedGetaffinityDynamic(0, set)
		if errors.Is(err, unix.EINVAL) && size < 1<<20 {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("thread: sched_getaffinity: %w", err)
		}
		var cores []int
		for c := range size {
			if set.IsSet(c) {
				cores = append(cores, c)
			}
		}
		return cores, nil
	}
}

func setAffinity(cores []int) error {
	set := unix.NewCPUSet(slices.Max(cores) + 1)
	for _, c := range cores {
		set.Set(c)
	}
	if err := unix.SchedSetaffinityDynamic(0, set); err != nil {
		return fmt.Errorf("thread: sched_setaffinity to %s: %w", List(cores), err)
	}
	return nil
}

// Pin lets the calling thread run on the given cores and on no others. They
// must be ascending, and there must be at least one. The kernel leaves out
// cores that the process has lost since; Pin then takes back what it did and
// returns an error.
func Pin(cores []int) error {
	before, err := affinity()
	if err != nil {
		return err
	}
	if err := setAffinity(cores); err != nil {
		return err
	}
	now, err := affinity()
	if err != nil {
		return err
	}
	if !slices.Equal(now, cores) {
		return errors.Join(fmt.Errorf("thread: sched_setaffinity to %s: only %s is left", List(cores), List(now)), setAffinity(before))
	}
	return nil
}

// Realtime gives the calling thread the SCHED_FIFO priority prio, 1 to 99:
// it runs whenever it can, before all threads with a lower one. Processes that
// it starts do not inherit that.
func Realtime(prio int) error {
	err := unix.SchedSetAttr(0, &unix.SchedAttr{
		Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: uint32(prio),
		Flags: unix.SCHED_FLAG_RESET_ON_FORK,
	}, 0)
	if err != nil {
		return fmt.Errorf("thread: SCHED_FIFO %d: %w", prio, err)
	}
	return nil
}

// Punctual lets timed sleeps of the calling thread end when their time has come.
// By default the kernel may let 50 µs pass, to wake several threads at once.
func Punctual() {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // fails only where there is no such delay
}

// LockMemory keeps what the process has in memory, and what it will have, from
// being swapped out or dropped and read again. It does so once per process and
// returns the same result ever after.
//
// Pages are locked when they are touched first, not before: Go maps far more
// than it uses, and what it gives back would at once be filled again.
func LockMemory() error { return lockOnce() }

var lockOnce = sync.OnceValue(lock)

func lock() error {
	if !mayLock() {
		return ErrLimited
	}
	if err := unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT); err != nil {
		return fmt.Errorf("thread: mlockall: %w", err)
	}
	return nil
}

// mayLock reports whether locked memory has no limit. A capability lifts the
// limit, but not one that counts inside a container only; so this does not look
// at capabilities but tries: it maps and locks more than the limit, without
// access, so that no page is filled.
func mayLock() bool {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_MEMLOCK, &limit); err != nil {
		return false
	}
	if limit.Cur == unix.RLIM_INFINITY {
		return true
	}
	page := uint64(os.Getpagesize())
	if limit.Cur > math.MaxInt-2*page {
		return false // as much as the address space, on 32-bit machines; not worth a case
	}
	size := (limit.Cur/page + 1) * page
	p, err := unix.MmapPtr(-1, 0, nil, uintptr(size), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE|unix.MAP_LOCKED)
	if err != nil {
		return false
	}
	return unix.MunmapPtr(p, uintptr(size)) == nil
}
