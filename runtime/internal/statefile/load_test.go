package statefile_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// wantError checks that an error says all of the words.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one that says %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v: want it to say %q", err, w)
		}
	}
}

// flip damages a file in the middle.
func flip(f *memfs.FS, name string) {
	b := append([]byte(nil), f.Get(name)...)
	b[len(b)/2] ^= 1
	f.Put(name, b, 0)
}

// remove takes a file away behind the back of the store.
func remove(t *testing.T, f *memfs.FS, name string) {
	t.Helper()
	d, err := f.OpenDir("/")
	if err == nil {
		err = d.Remove(name)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Damage that no save leaves behind is an error that names both generations and
// what can be done, and it changes nothing.
func TestDamageIsAnErrorThatNamesBothGenerations(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(f *memfs.FS)
		words  []string
	}{
		"newest":  {func(f *memfs.FS) { flip(f, "state") }, []string{"/state can not be used: damaged: its checksum", "/state.1 is whole: generation 1", "mv /state.1 /state", "move both away"}},
		"both":    {func(f *memfs.FS) { flip(f, "state"); flip(f, "state.1") }, []string{"/state can not be used", "/state.1 can not be used", "move both away"}},
		"empty":   {func(f *memfs.FS) { f.Put("state", nil, 0) }, []string{"it is empty", "mv /state.1 /state"}},
		"missing": {func(f *memfs.FS) { remove(t, f, "state") }, []string{"/state is missing", "/state.1 is whole", "mv /state.1 /state"}},
		"older": {
			func(f *memfs.FS) {
				a, b := f.Get("state"), f.Get("state.1")
				f.Put("state", b, 0)
				f.Put("state.1", a, 0)
			},
			[]string{"/state.1 is whole: generation 2", "which is newer: move the one away"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, s := saved(t, "old", "new")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			c.damage(f)
			before := f.Names()
			for range 2 { // the error comes back until somebody acts
				_, err := reopen(f)
				wantError(t, err, c.words...)
				if (name != "missing" && name != "older") != errors.Is(err, statefile.ErrDamaged) {
					t.Errorf("ErrDamaged in %v", err)
				}
			}
			for file, size := range before {
				if got := len(f.Get(file)); got != size {
					t.Errorf("%s had %d bytes, now %d", file, size, got)
				}
			}
		})
	}
}

// Without the previous generation nothing is lost but the safety net.
func TestDamageToThePreviousGenerationIsAWarning(t *testing.T) {
	f, s := saved(t, "old", "new")
	_ = s.Close()
	flip(f, "state.1")
	s, l, err := open(f)
	if err != nil || string(l.Payload) != "new" || !strings.Contains(l.Warning, "/state.1 can not be used") {
		t.Fatalf("loaded %v, %v", l, err)
	}
	if err := s.Save([]byte("next"), noon); err != nil {
		t.Fatal(err)
	}
	if got, err := reopen(f.Killed()); got != "next" || err != nil {
		t.Errorf("after the next save: %q, %v", got, err)
	}
	remove(t, f, "state.1")
	if got, err := reopen(f.Killed()); got != "next" || err != nil {
		t.Errorf("without a previous generation: %q, %v", got, err)
	}
}

// Who asks for it goes on with the previous generation.
func TestOrPrevious(t *testing.T) {
	for name, damage := range map[string]func(f *memfs.FS){
		"damaged": func(f *memfs.FS) { flip(f, "state") },
		"missing": func(f *memfs.FS) { remove(t, f, "state") },
	} {
		f, s := saved(t, "old", "new")
		_ = s.Close()
		damage(f)
		o := statefile.Options{FS: f, Path: "/state", Name: "n", Encoding: statefile.JSON, OrPrevious: true}
		for again := range 2 { // nothing was saved the first time
			s, l, err := statefile.Open(o)
			if err != nil || string(l.Payload) != "old" || !strings.Contains(l.Warning, "went on with the generation before") {
				t.Fatalf("%s, try %d: loaded %v, %v", name, again, l, err)
			}
			_ = s.Close()
		}
		if damaged := f.Get("state.damaged") != nil; damaged != (name == "damaged") {
			t.Errorf("%s: state.damaged is there: %v", name, damaged)
		}
		s, _, err := statefile.Open(o)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range []string{"a", "b"} {
			if err := s.Save([]byte(v), noon); err != nil {
				t.Fatal(err)
			}
			if got, err := reopen(f.Killed()); got != v || err != nil {
				t.Errorf("%s, after save %d: %q, %v", name, i, got, err)
			}
		}
		flip(f, "state")
		flip(f, "state.1")
		_ = s.Close()
		_, _, err = statefile.Open(o)
		wantError(t, err, "move both away")
	}
}

func TestAFileOfAnotherState(t *testing.T) {
	f, s := saved(t, "value")
	_ = s.Close()
	_, _, err := statefile.Open(statefile.Options{FS: f, Path: "/state", Name: "other", Encoding: statefile.JSON})
	wantError(t, err, `it holds state "n", not "other"`)
	_, _, err = statefile.Open(statefile.Options{FS: f, Path: "/state", Name: "n", Type: "main.T", Encoding: statefile.Binary})
	wantError(t, err, "it was saved (as t) by JSON, the type main.T of now uses the type's own MarshalBinary")
}

func TestFilesThatAreNotToBeTrusted(t *testing.T) {
	for words, change := range map[string]func(f *memfs.FS){
		"belongs to user 7, this process is user 0": func(f *memfs.FS) { f.Put("state", nil, 0); f.Chown("state", 7) },
		"/state.1: it belongs to user 7":            func(f *memfs.FS) { f.Put("state.1", nil, 0); f.Chown("state.1", 7) },
		"chmod 600 it":                              func(f *memfs.FS) { f.Put("state", nil, 0o620) },
		"it is a symbolic link":                     func(f *memfs.FS) { f.Put("state", nil, 0o777|fs.ModeSymlink) },
		"it is no file":                             func(f *memfs.FS) { f.Put("state", nil, 0o600|fs.ModeDevice) },
		"folder /: mode 0777 lets everyone replace": func(f *memfs.FS) { f.Folder.Mode = fs.ModeDir | 0o777 },
	} {
		f := memfs.New()
		change(f)
		n := len(f.Names())
		_, err := reopen(f)
		wantError(t, err, words)
		if len(f.Names()) != n {
			t.Errorf("%s: files %v", words, f.Names())
		}
	}
	f := memfs.New()
	f.Folder.Mode = fs.ModeDir | 0o777 | fs.ModeSticky
	if _, err := reopen(f); err != nil {
		t.Errorf("in a sticky folder: %v", err)
	}
}

func TestOneStoreAtATime(t *testing.T) {
	f, s := saved(t, "value")
	_, err := reopen(f)
	wantError(t, err, "process 1 uses the file")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := reopen(f); got != "value" || err != nil {
		t.Errorf("when the lock is free: %q, %v", got, err)
	}
}

func TestTooLargeAValue(t *testing.T) {
	_, s := saved(t, "value")
	wantError(t, s.Save(make([]byte, statefile.MaxPayload+1), noon), "more than the limit")
	_, _, err := statefile.Open(statefile.Options{FS: memfs.New(), Path: "/state", Name: strings.Repeat("n", 1<<13)})
	wantError(t, err, "the name has 8192 bytes")
}
