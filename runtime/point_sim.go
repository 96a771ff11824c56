//go:build steadysim

package steady

// point lets a simulation choose who runs next, or make the body panic.
func (a *Actor) point() {
	if a.g.probe == nil || !a.inBody {
		return
	}
	if v := a.g.probe.Body(a.id); v != nil {
		panic(v)
	}
}
