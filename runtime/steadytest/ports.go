package steadytest

import (
	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
)

// Ports are those of a mocked actor, for Do. In and Out pick one.
type Ports struct{ of *rig.Actor }

// In returns the input of a mocked actor that brings messages of type T; of
// several, the one with that channel. An empty name means the only one. If there
// is no such input, the step ends and the test fails.
func In[T any](p *Ports, channel string) *steady.Rx[T] {
	return pick[T, *steady.Rx[T]](p.of.In, "inputs", channel)
}

// Out is In for outputs.
func Out[T any](p *Ports, channel string) *steady.Tx[T] {
	return pick[T, *steady.Tx[T]](p.of.Out, "outputs", channel)
}

func pick[T, End any](ports []rig.Port, kind, channel string) End {
	end, err := find[T](ports, kind, channel)
	if err != nil {
		panic(&unexpectedError{err.Error()})
	}
	port, ok := end.(End)
	if !ok {
		panic(&unexpectedError{"that channel is one of bytes"})
	}
	return port
}

// recovered turns what In and Out panic with into an error.
func (p *Ports) recovered(err *error) {
	switch v := recover().(type) {
	case nil:
	case *unexpectedError:
		*err = v
	default:
		panic(v)
	}
}
