//go:build steadysim

package park

// Points reports whether this build has them: see Point.
const Points = true

// Hook is called at every Point when it is set. Only a simulation sets it,
// before any actor runs, and clears it after the last has ended: no other actor
// may run in the process meanwhile.
var Hook func()

// Point lets the simulation choose who runs next.
func Point() {
	if Hook != nil {
		Hook()
	}
}
