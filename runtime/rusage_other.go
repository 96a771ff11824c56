//go:build !unix

package steady

import "time"

// processCPU returns 0: this system is not asked.
func processCPU() time.Duration { return 0 }
