package main

import "runtime"

// allocations returns how many objects were allocated while f ran, by anyone.
func allocations(f func()) uint64 {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}
