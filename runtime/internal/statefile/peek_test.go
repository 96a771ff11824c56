package statefile_test

import (
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// Peek finds what Open finds, and gives the same error, whatever became of the
// two generations; it makes, removes and locks nothing.
func TestPeekFindsWhatOpenFinds(t *testing.T) {
	for name, damage := range map[string]func(f *memfs.FS){
		"nothing":       func(f *memfs.FS) { remove(t, f, "state"); remove(t, f, "state.1") },
		"whole":         func(*memfs.FS) {},
		"newest":        func(f *memfs.FS) { flip(f, "state") },
		"previous":      func(f *memfs.FS) { flip(f, "state.1") },
		"both":          func(f *memfs.FS) { flip(f, "state"); flip(f, "state.1") },
		"missing":       func(f *memfs.FS) { remove(t, f, "state") },
		"previous gone": func(f *memfs.FS) { remove(t, f, "state.1") },
		"a save under way": func(f *memfs.FS) {
			f.Put("state.tmp", []byte("half"), 0)
		},
		"of everyone": func(f *memfs.FS) { f.Put("state", f.Get("state"), 0o666) },
	} {
		for _, orPrevious := range []bool{false, true} {
			f, store := saved(t, "one", "two")
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			damage(f)
			o := statefile.Options{
				FS: f, Path: "/state", Name: "n", Type: "t", Encoding: statefile.JSON, OrPrevious: orPrevious,
			}
			f.Intercept(func(op, name string) memfs.Fault {
				if op != "open" && op != "read" {
					t.Errorf("%s: Peek did %s of %s", name, op, name)
				}
				return memfs.Fault{}
			})
			r, err := statefile.Peek(o)
			f.Intercept(nil)
			store, found, want := statefile.Open(o)
			if want == nil {
				_ = store.Close()
			}
			switch {
			case (err == nil) != (want == nil) || err != nil && err.Error() != want.Error():
				t.Errorf("%s: Peek: %v; Open: %v", name, err, want)
			case (r == nil) != (found.Record == nil):
				t.Errorf("%s: Peek found %v, Open %v", name, r, found.Record)
			case r != nil && (r.Generation != found.Generation || string(r.Payload) != string(found.Payload)):
				t.Errorf("%s: Peek found %d %q, Open %d %q", name, r.Generation, r.Payload, found.Generation, found.Payload)
			}
		}
	}
}
