//go:build !steadysim

package park

// Points reports whether this build has them: see Point.
const Points = false

// Hook is called at every Point of a build that has them. Here nobody calls it.
var Hook func()

// Point marks a place between two atomic steps of a slow path at which a
// simulation (build tag steadysim) may let another actor run. In an ordinary
// build it is nothing.
func Point() {}
