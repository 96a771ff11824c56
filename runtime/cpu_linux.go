package steady

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// exactThreadCPU reports whether threadCPU can be told.
const exactThreadCPU = true

// currentThread returns the id of the calling thread.
func currentThread() int64 { return int64(unix.Gettid()) }

// threadCPU returns the CPU time of a thread of this process, read from
// outside: its clock id is the complement of the thread id shifted by three,
// with the bits for "per thread, scheduled time" (see clock_getcpuclockid(3)).
func threadCPU(tid int64) (time.Duration, bool) {
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^tid<<3|6), &ts); err != nil {
		return 0, false
	}
	return time.Duration(ts.Nano()), true
}

// residentBytes returns the resident memory of the process, 0 if unknown.
func residentBytes() uint64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	f := bytes.Fields(b)
	if len(f) < 2 {
		return 0
	}
	pages, _ := strconv.ParseUint(string(f[1]), 10, 64)
	return pages * uint64(os.Getpagesize())
}
