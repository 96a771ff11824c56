//go:build !steadysim

package park

// Point marks a place between two atomic steps of a slow path at which a
// simulation (build tag steadysim) may let another actor run. In an ordinary
// build it is nothing.
func Point() {}
