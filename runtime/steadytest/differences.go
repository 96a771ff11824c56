package steadytest

import (
	"fmt"
	"reflect"
	"time"
	"unsafe"
)

// maxDifferences is how many fields of one message are told.
const maxDifferences = 8

// difference is a field in which two messages differ.
type difference struct{ path, got, want string }

// differences returns the fields in which two structs differ, those of structs in
// them included; nil for what is no struct.
func differences(got, want any) []difference {
	g, w := addressable(got), addressable(want)
	if !g.IsValid() || !w.IsValid() || g.Type() != w.Type() {
		return nil
	}
	if g, w = through(g), through(w); !open(g) || !open(w) {
		return nil
	}
	var d []difference
	fields("", g, w, &d)
	return d
}

// addressable returns a copy of v whose fields can be read, exported or not.
func addressable(v any) reflect.Value {
	if v == nil {
		return reflect.Value{}
	}
	c := reflect.New(reflect.TypeOf(v)).Elem()
	c.Set(reflect.ValueOf(v))
	return c
}

// through follows one pointer.
func through(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		return v.Elem()
	}
	return v
}

// open reports whether v is told by its fields. A time is one value.
func open(v reflect.Value) bool {
	return v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]()
}

func fields(path string, got, want reflect.Value, d *[]difference) {
	for i := range got.NumField() {
		name := path + "." + got.Type().Field(i).Name
		g, w := readable(got.Field(i)), readable(want.Field(i))
		switch {
		case reflect.DeepEqual(g.Interface(), w.Interface()):
		case open(g):
			fields(name, g, w, d)
		case len(*d) < maxDifferences:
			*d = append(*d, difference{name, shown(g.Interface()), shown(w.Interface())})
		case len(*d) == maxDifferences:
			*d = append(*d, difference{"and more", "", ""})
		}
	}
}

// readable gives access to a field that is not exported. It is a copy's.
func readable(f reflect.Value) reflect.Value {
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
}

// shown writes a value as Go does, but a time and a duration as people do.
func shown(v any) string {
	switch v.(type) {
	case time.Time, time.Duration:
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%#v", v)
}

// unlike says in which fields got is not want, or shows both.
func unlike(got, want any) string {
	d := differences(got, want)
	if d == nil {
		return fmt.Sprintf("got %v, want %v", got, want)
	}
	text := ""
	for _, f := range d {
		if text += "\n\t\t" + f.path; f.got != "" {
			text += ": got " + f.got + ", want " + f.want
		}
	}
	return fmt.Sprintf("%T differs in:%s", got, text)
}
