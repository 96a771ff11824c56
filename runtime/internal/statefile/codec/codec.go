// Package codec turns a value of any type into the bytes of a state file and
// back, and refuses types and values that would not come back whole.
package codec

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/steadytop/steadytop/runtime/internal/origin"
	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

// Codec turns values of T into bytes and back: by its own MarshalBinary and
// UnmarshalBinary if it has both, else by encoding/json. It may be used by
// several goroutines.
type Codec[T any] struct {
	// Encoding is what New chose.
	Encoding statefile.Encoding

	pointer bool // T is a pointer, and it, not *T, has the methods
	nested  bool // values may be nested too deeply for JSON to be read back
}

// New returns an error for a T that can not be saved as a whole.
func New[T any]() (c Codec[T], err error) {
	t := reflect.TypeFor[T]()
	c.pointer = t.Kind() == reflect.Pointer
	self := t
	if c.pointer {
		self = t.Elem()
	}
	if p := reflect.PointerTo(self); p.Implements(binaryMarshaler) && p.Implements(binaryUnmarshaler) {
		c.Encoding = statefile.Binary
		return c, at(t.String(), promoted(self, "MarshalBinary"))
	}
	c.Encoding = statefile.JSON
	w := typeWalk{open: map[reflect.Type]bool{}}
	err = w.check(t, t.String(), true)
	c.nested = w.nested
	return c, err
}

// Encode turns v into bytes. It runs the methods of v; what they
// panic with becomes an error.
func (c *Codec[T]) Encode(v T) (b []byte, err error) {
	defer recovered(&err)
	if c.Encoding == statefile.Binary {
		var m any = &v
		if c.pointer {
			if reflect.ValueOf(v).IsNil() {
				return nil, fmt.Errorf("a nil %T can not be saved", v)
			}
			m = v
		}
		return m.(encoding.BinaryMarshaler).MarshalBinary()
	}
	b, err = json.Marshal(&v)
	if err != nil {
		return nil, err
	}
	if replaced(b) {
		return nil, errors.New("a string is not valid UTF-8, which JSON can not keep: use []byte")
	}
	if c.nested && !json.Valid(b) {
		return nil, errors.New("the value is nested too deeply for JSON to be read back")
	}
	return b, nil
}

// replaced reports whether encoding/json replaced bytes of a string: it writes
// the escape sequence for them, while U+FFFD itself stays as it is.
func replaced(b []byte) bool {
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 >= len(b) {
			return false
		}
		if bytes.HasPrefix(b[i+1:], []byte("ufffd")) {
			return true
		}
		b = b[i+2:]
	}
}

// Decode is the inverse of Encode. The warning, if any, says what of b has no
// place in a T.
func (c *Codec[T]) Decode(b []byte) (v T, warning string, err error) {
	defer recovered(&err)
	if c.Encoding == statefile.Binary {
		var u any = &v
		if c.pointer {
			v = reflect.New(reflect.TypeFor[T]().Elem()).Interface().(T)
			u = v
		}
		return v, "", u.(encoding.BinaryUnmarshaler).UnmarshalBinary(b)
	}
	strict := json.NewDecoder(bytes.NewReader(b))
	strict.DisallowUnknownFields()
	if serr := strict.Decode(&v); serr != nil {
		var again T
		if err := json.Unmarshal(b, &again); err != nil {
			return v, "", err
		}
		return again, "the file has more than the type of now, which the next save will drop: " + serr.Error(), nil
	}
	return v, "", nil
}

// recovered turns a panic of a method of the value into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v (%s)", p, origin.Here())
	}
}
