//go:build steadysim

package park

// Hook is called at every Point when it is set. Only a simulation sets it,
// before any actor runs.
var Hook func()

// Point lets the simulation choose who runs next.
func Point() {
	if Hook != nil {
		Hook()
	}
}
