package thread

import (
	"bytes"
	"errors"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// onThread runs f on a thread that ends with it.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(done)
		f()
	}()
	<-done
}

// powerless takes the capabilities away that Realtime and LockMemory need. Only
// the calling thread loses them.
func powerless(t *testing.T) {
	t.Helper()
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var caps [2]unix.CapUserData
	if err := unix.Capget(&head, &caps[0]); err != nil {
		t.Error(err)
	}
	caps[0].Effective &^= 1<<unix.CAP_SYS_NICE | 1<<unix.CAP_IPC_LOCK
	if err := unix.Capset(&head, &caps[0]); err != nil {
		t.Error(err)
	}
}

// limit lowers a limit of the process until the test has ended.
func limit(t *testing.T, resource int, soft uint64) {
	t.Helper()
	var old unix.Rlimit
	if err := unix.Getrlimit(resource, &old); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: min(soft, old.Max), Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Setrlimit(resource, &old); err != nil {
			t.Error(err)
		}
	})
}

func TestPin(t *testing.T) {
	if len(Allowed()) == 0 {
		t.Fatal("no core is allowed")
	}
	for _, c := range Allowed() {
		onThread(func() {
			if err := Pin([]int{c}); err != nil {
				t.Error(err)
			}
			if now, err := affinity(); err != nil || !slices.Equal(now, []int{c}) {
				t.Errorf("pinned to %d: runs on %v (%v)", c, now, err)
			}
		})
	}
	onThread(func() {
		if now, err := affinity(); err != nil || !slices.Equal(now, Allowed()) {
			t.Errorf("a thread that nobody pinned runs on %v (%v), want %v", now, err, Allowed())
		}
	})
}

// What the kernel would leave out silently is an error, and changes nothing.
func TestPinIsAllOrNothing(t *testing.T) {
	const missing = 8191
	for _, cores := range [][]int{{missing}, {Allowed()[0], missing}} {
		onThread(func() {
			if err := Pin(cores); err == nil {
				t.Errorf("Pin(%v) did not fail", cores)
			}
			if now, err := affinity(); err != nil || !slices.Equal(now, Allowed()) {
				t.Errorf("after Pin(%v): runs on %v (%v), want %v", cores, now, err, Allowed())
			}
		})
	}
}

// The kernel tells which isolated cores this process may use, by letting it.
func TestIsolatedCoresAreAllowed(t *testing.T) {
	first := Allowed()[0]
	list := List([]int{first, 8191})
	if got := withIsolated(nil, list); !slices.Equal(got, []int{first}) {
		t.Errorf("of %s, %v are allowed, want %d", list, got, first)
	}
	if got := withIsolated([]int{8191}, list); !slices.Equal(got, []int{first, 8191}) {
		t.Errorf("with core 8191 given: %v", got)
	}
}

func TestRealtimeWithoutPermission(t *testing.T) {
	limit(t, unix.RLIMIT_RTPRIO, 0)
	onThread(func() {
		powerless(t)
		if err := Realtime(1); !errors.Is(err, unix.EPERM) {
			t.Errorf("Realtime: %v, want EPERM", err)
		}
	})
}

func TestRealtimeWhereItIsPermitted(t *testing.T) {
	onThread(func() {
		err := Realtime(7)
		if errors.Is(err, unix.EPERM) {
			t.Log("not permitted here")
			return
		}
		attr, gerr := unix.SchedGetAttr(0, 0)
		if err != nil || gerr != nil {
			t.Error(err, gerr)
			return
		}
		if attr.Policy != unix.SCHED_FIFO || attr.Priority != 7 || attr.Flags&unix.SCHED_FLAG_RESET_ON_FORK == 0 {
			t.Errorf("the thread has policy %d, priority %d, flags %d", attr.Policy, attr.Priority, attr.Flags)
		}
	})
}

// A limit that is far away is a limit all the same.
func TestMemoryIsNotLockedUnderALimit(t *testing.T) {
	const far = 1 << 30
	limit(t, unix.RLIMIT_MEMLOCK, far)
	onThread(func() {
		powerless(t)
		if mayLock() {
			t.Error("memory may be locked")
		}
	})
}

// The lock is taken back: under it, a thread without the capability could not
// map anything.
func TestLockMemory(t *testing.T) {
	err := lock()
	if errors.Is(err, ErrLimited) {
		t.Log("not permitted here")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Munlockall(); err != nil {
			t.Error(err)
		}
	}()
	locked, resident := statusKB(t, "VmLck:"), statusKB(t, "VmRSS:")
	if locked == 0 || resident > locked/2 {
		t.Errorf("%d KB are locked, %d KB of them filled: want some locked, and only what is used filled", locked, resident)
	}
}

func statusKB(t *testing.T, name string) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		if f := bytes.Fields(line); len(f) > 1 && string(f[0]) == name {
			n, err := strconv.Atoi(string(f[1]))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no %s in /proc/self/status", name)
	return 0
}
