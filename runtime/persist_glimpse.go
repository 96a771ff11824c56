package steady

import (
	"fmt"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

// glimpse is what a state file held when AtStart looked at it before the start.
// The file was not locked then, so the start has to find the same in it.
type glimpse struct {
	generation uint64 // 0: there was none yet
	err        error  // why it could not be told
}

const another = "another process uses the file: start again"

// peek reads what open would load.
func (f *stateFile) peek(g *Graph, s anyState) {
	r, err := statefile.Peek(f.options(g))
	f.glimpse = &glimpse{err: err}
	if err != nil || r == nil {
		return
	}
	f.glimpse.generation = r.Generation
	_, f.glimpse.err = s.restore(r.Payload)
}

// differs says how what the start has loaded is not what was seen. What could not
// be read then can not be read now, as a rule, and open has said why.
func (p *glimpse) differs(loaded uint64) error {
	switch {
	case p == nil:
		return nil
	case p.err != nil:
		return fmt.Errorf("%s: AtStart could not read it, and now it is whole: %w", another, p.err)
	case p.generation != loaded:
		return fmt.Errorf("%s: AtStart has read generation %d, and now it is %d", another, p.generation, loaded)
	}
	return nil
}
