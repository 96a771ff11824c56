//go:build unix

package e2e

import "testing"

// TestWhoHogsATroupeIsNamed: a member that sleeps in its body is named, with
// what to do about it.
func TestWhoHogsATroupeIsNamed(t *testing.T) {
	s := newStage(t)
	s.service("hog")
	w := s.steadytop(160, 50)
	w.shows("hogs troupe io", "parse")
	w.press("4") // in full
	w.shows("parse hogs troupe io: it runs for up to", "watch", "Actor.Blocking")
}
