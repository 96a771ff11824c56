package steadytest

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// unwinding is what is known of an actor that has panicked, while its deferred
// functions run. A boundary there, such as a pause before the actor returns an
// error, commits the iteration that failed, unless it was taken back before.
//
// It is seen from the stack: a deferred function runs on top of the panic, even
// after it has recovered it. A body that returns an error calls its deferred
// functions like any others, and nobody can know of the error before they have
// returned; so that case is not seen.
type unwinding struct{ settled, told bool }

// takenBack notes that the body has called Rollback.
func (u *unwinding) takenBack() { u.settled = true }

// boundary says what is wrong with the boundary at which an actor is, if anything
// is.
func (u *unwinding) boundary(g *Graph, actor int) error {
	touched := g.rig.Touched(actor)
	if u.told || !touched && !u.settled {
		return nil
	}
	where, panicking := deferredAt()
	switch {
	case !panicking:
		u.settled = false // what was taken back was another iteration
		return nil
	case u.settled || !touched:
		u.settled = true // what comes now is work of the deferred function
		return nil
	}
	u.told = true
	return fmt.Errorf("actor %q: a boundary in a function that is deferred (%s) commits the iteration that panicked: "+
		"its messages do not come again; call Actor.Rollback before it", g.actors[actor].Name, where)
}

// deferredAt reports whether the caller, which an actor has called, runs on top of
// a panic or of runtime.Goexit, and where the code of the body is. Who calls Commit
// there says that the iteration is to stand.
func deferredAt() (where string, panicking bool) {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic" || f.Function == "runtime.Goexit":
			return where, true
		case !more || f.Function == library+".(*Actor).incarnation" || f.Function == library+".(*Actor).Commit":
			return "", false
		case where == "" && !ours(f.File):
			where = fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
		}
	}
}

// ours reports whether a file belongs to the library rather than to a body. Names
// of functions do not tell: those of a generic method may stand under its caller.
func ours(file string) bool {
	dir := path.Dir(file)
	return dir == path.Dir(kit) || dir == kit && !strings.HasSuffix(file, "_test.go")
}

// kit is the folder of this package, as stacks have it.
var kit = func() string {
	_, file, _, _ := runtime.Caller(0)
	return path.Dir(file)
}()
