package codec

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

var (
	binaryMarshaler   = reflect.TypeFor[encoding.BinaryMarshaler]()
	binaryUnmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()
	jsonMarshaler     = reflect.TypeFor[json.Marshaler]()
	jsonUnmarshaler   = reflect.TypeFor[json.Unmarshaler]()
	textMarshaler     = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler   = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// typeWalk finds what encoding/json would leave out or change without a word:
// that must not happen to a state. What depends on the value (NaN, a cycle) is
// an error of the save.
type typeWalk struct {
	open   map[reflect.Type]bool // types on the path from the root
	nested bool                  // a type contains itself, so values may be nested too deeply to be read
}

// check reports why a value of type t can not be saved. addressable says whether
// encoding/json can call methods of its pointer.
func (w *typeWalk) check(t reflect.Type, path string, addressable bool) error {
	if own, err := ownMarshaler(t, addressable); own || err != nil {
		return at(path, err)
	}
	if w.open[t] {
		w.nested = true
		return nil
	}
	w.open[t] = true
	defer delete(w.open, t)
	switch t.Kind() {
	case reflect.Complex64, reflect.Complex128, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return at(path, fmt.Errorf("a %v can not be saved", t))
	case reflect.Interface:
		return at(path, fmt.Errorf("%v is an interface, and JSON does not say what was in it", t))
	case reflect.Pointer:
		return w.check(t.Elem(), path, true)
	case reflect.Slice:
		return w.check(t.Elem(), path+"[]", true)
	case reflect.Array:
		return w.check(t.Elem(), path+"[]", addressable)
	case reflect.Map:
		if !usableKey(t.Key()) {
			return at(path, fmt.Errorf("a key of type %v can not be saved", t.Key()))
		}
		return w.check(t.Elem(), path+"[]", false)
	case reflect.Struct:
		return w.fields(t, path, addressable, map[string]string{})
	default:
		return nil
	}
}

func at(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", path, err)
}

func usableKey(t reflect.Type) bool {
	switch k := t.Kind(); {
	case k == reflect.String, k >= reflect.Int && k <= reflect.Uintptr:
		return true
	default:
		return t.Implements(textMarshaler) && reflect.PointerTo(t).Implements(textUnmarshaler)
	}
}

// fields checks a struct; names has the path of each name that was used by it
// or by one that it is embedded in.
func (w *typeWalk) fields(t reflect.Type, path string, addressable bool, names map[string]string) error {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		here := path + "." + f.Name
		if f.Name == "_" || f.Tag.Get("json") == "-" {
			continue
		}
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		inlined := f.Anonymous && inner.Kind() == reflect.Struct
		if !f.IsExported() && (!inlined || f.Type.Kind() == reflect.Pointer) {
			return at(here, errors.New(`the field is not exported, so it would be lost: export it, tag it json:"-" if that is meant, or give the type MarshalBinary and UnmarshalBinary`))
		}
		if inlined && tag == "" {
			if w.open[inner] {
				w.nested = true
				continue
			}
			w.open[inner] = true
			err := w.fields(inner, here, addressable || f.Type.Kind() == reflect.Pointer, names)
			delete(w.open, inner)
			if err != nil {
				return err
			}
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		if other := names[tag]; other != "" {
			return at(here, fmt.Errorf("it has the same name in JSON as %s, so one would be lost", other))
		}
		names[tag] = here
		if err := w.check(f.Type, here, addressable); err != nil {
			return err
		}
	}
	return nil
}

// ownMarshaler reports whether encoding/json leaves a value of type t to its own
// methods, both ways.
func ownMarshaler(t reflect.Type, addressable bool) (own bool, err error) {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface {
		return false, nil // its element decides
	}
	p := reflect.PointerTo(t)
	for _, kind := range []struct {
		m, u reflect.Type
		name string
	}{{jsonMarshaler, jsonUnmarshaler, "JSON"}, {textMarshaler, textUnmarshaler, "Text"}} {
		m, u := p.Implements(kind.m), p.Implements(kind.u)
		switch {
		case !m && !u:
			continue
		case !u:
			return false, fmt.Errorf("%v has Marshal%s, but no Unmarshal%s", t, kind.name, kind.name)
		case !m:
			return false, fmt.Errorf("%v has Unmarshal%s, but no Marshal%s", t, kind.name, kind.name)
		case !addressable && !t.Implements(kind.m):
			return false, fmt.Errorf("the Marshal%s of %v needs a pointer, so it is not called for a value in a map: use *%v there", kind.name, t, t)
		default:
			return true, promoted(t, "Marshal"+kind.name)
		}
	}
	return false, nil
}

// promoted is the error for a struct whose method is that of an embedded field,
// so that it knows nothing of the other fields.
func promoted(t reflect.Type, method string) error {
	if t.Kind() != reflect.Struct || t.NumField() < 2 {
		return nil
	}
	from := ""
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			if _, ok := reflect.PointerTo(f.Type).MethodByName(method); ok {
				from = f.Name
			} else if _, ok := f.Type.MethodByName(method); ok {
				from = f.Name
			}
		}
	}
	m, ok := t.MethodByName(method)
	if !ok {
		m, ok = reflect.PointerTo(t).MethodByName(method)
	}
	if from == "" || !ok {
		return nil
	}
	pc := m.Func.Pointer()
	if file, _ := runtime.FuncForPC(pc).FileLine(pc); file != "<autogenerated>" {
		return nil // a method of its own
	}
	return fmt.Errorf("%s of %v is that of its embedded %s, so the other fields would be lost: name the field, or write the method", method, t, from)
}
