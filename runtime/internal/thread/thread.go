// Package thread prepares the operating system thread that an actor has to
// itself: the cores it may run on, its priority, and the memory of the process.
//
// Pin, Realtime and Punctual change the calling thread. The caller must have locked its
// goroutine to it and must never unlock it, so that the thread ends with the
// goroutine and nobody inherits what was done to it. (The Go runtime does not
// clone a locked thread, so new threads do not inherit it either; a process
// that is started from the goroutine inherits its cores.)
package thread

import (
	"errors"
	"strconv"
	"strings"
)

// ErrUnsupported is returned by everything that this system can not do.
var ErrUnsupported = errors.New("this system can not do it")

// ErrLimited is returned by LockMemory when the limit on locked memory is
// finite and holds for this process. Memory may not be locked then, even if
// the limit is not reached: the Go runtime asks for more when it needs it, and
// ends the process when it does not get it.
var ErrLimited = errors.New("the limit on locked memory holds for this process")

// List writes a list of cores as the kernel does: "0-3,6". The cores must be
// in ascending order.
func List(cores []int) string {
	var b strings.Builder
	for i := 0; i < len(cores); {
		last := i
		for last+1 < len(cores) && cores[last+1] == cores[last]+1 {
			last++
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(cores[i]))
		if last > i {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(cores[last]))
		}
		i = last + 1
	}
	return b.String()
}

// parse reads what List writes, up to the first thing that it does not.
func parse(list string) (cores []int) {
	for part := range strings.SplitSeq(strings.TrimSpace(list), ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || last-first > 1<<16 {
			return cores
		}
		for c := first; c <= last; c++ {
			cores = append(cores, c)
		}
	}
	return cores
}
