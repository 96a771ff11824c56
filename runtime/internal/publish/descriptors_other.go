//go:build !unix

package publish

// descriptors returns how many files the process may have open.
func descriptors() int { return 4096 }
