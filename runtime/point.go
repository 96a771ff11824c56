//go:build !steadysim

package steady

// point marks a place between two steps of a body, for builds that have points:
// see park.Point.
func (a *Actor) point() {}
