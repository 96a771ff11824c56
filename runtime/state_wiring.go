package steady

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// stateInfo is the untyped part of a State.
type stateInfo struct {
	g       *Graph
	name    string
	typ     string
	owner   *Actor
	persist *persistence // nil without Persist
	file    *stateFile   // nil without Persist
	wrong   []error      // of its options
}

// claim makes the actor the owner, or notes a mistake.
func (i *stateInfo) claim(a *Actor) bool {
	switch {
	case i.owner == a:
		a.g.mistake("state %q stands twice among the options of actor %q", i.name, a.name)
	case i.owner != nil:
		a.g.mistake("state %q has two owners: %q and %q", i.name, i.owner.name, a.name)
	case i.g != a.g:
		a.g.mistake("actor %q uses state %q of another graph", a.name, i.name)
		i.g.mistake("state %q is used by actor %q of another graph", i.name, a.name)
	default:
		i.owner = a
		return true
	}
	return false
}

// stateMistakes lists what is wrong with the states as far as the wiring tells.
func (g *Graph) stateMistakes() (errs []error) {
	names := map[string]bool{}
	files := map[string]string{} // name of the state by path
	for _, s := range g.states {
		i := s.info()
		if names[i.name] {
			errs = append(errs, fmt.Errorf("steady: state %q is declared twice", i.name))
		}
		names[i.name] = true
		if i.owner == nil {
			errs = append(errs, fmt.Errorf("steady: state %q has no owner: put it among the options of the actor that uses it", i.name))
		}
		if i.file == nil {
			continue
		}
		for _, path := range statefile.Paths(i.file.path) {
			if other, taken := files[path]; taken && other != i.name {
				errs = append(errs, fmt.Errorf("steady: states %q and %q would both use the file %s", other, i.name, path))
				break
			}
			files[path] = i.name
		}
	}
	return errs
}

// openStates loads the states that are persisted. When one can not be loaded, all
// are closed again and nothing was changed.
func (g *Graph) openStates() error {
	var errs []error
	for _, s := range g.states {
		i := s.info()
		if s.early() {
			errs = append(errs, fmt.Errorf("steady: state %q was Set before the graph ran: pass the value to NewState", i.name))
		}
		if i.file == nil {
			continue
		}
		if err := i.file.open(g, s); err != nil {
			errs = append(errs, err)
			continue
		}
		if g.saver == nil {
			g.saver = newSaver(g)
		}
		g.saver.add(i.file)
	}
	if len(errs) > 0 {
		g.closeStates()
	}
	return errors.Join(errs...)
}

// closeStates lets go of the files of a graph that does not run.
func (g *Graph) closeStates() {
	if g.saver != nil {
		g.saver.closeAll()
	}
}

// states describes what the actor owns, for telemetry.
func (a *Actor) states() []telemetry.StateDetail {
	var ds []telemetry.StateDetail
	for _, s := range a.g.states {
		if i := s.info(); i.owner == a {
			ds = append(ds, i.detail())
		}
	}
	return ds
}

// absolute resolves a path once, so that it stays the same when the process
// changes its folder.
func absolute(path string) (string, error) {
	if path == "" {
		return "", errors.New("Persist without a file")
	}
	return filepath.Abs(path)
}
