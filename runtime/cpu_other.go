//go:build !linux

package steady

import "time"

// exactThreadCPU reports whether threadCPU can be told.
const exactThreadCPU = false

func currentThread() int64 { return 0 }

func threadCPU(int64) (time.Duration, bool) { return 0, false }

// residentBytes returns 0: this system is not asked.
func residentBytes() uint64 { return 0 }
