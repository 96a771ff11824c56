package steady

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// resume builds a graph in which a source goes on where the state of a sink says
// that the process before had come to.
func resume(g *Graph, path string, opts ...PersistOption) (last *State[int], got *[]int) {
	last, got = NewState(g, "last", -1, Persist(path, opts...)), new([]int)
	numbers := NewChan[int](g, "numbers", 2)
	Source(g, "source", numbers, func(_ *Actor, tx *Tx[int]) error {
		for n := last.AtStart() + 1; ; n++ {
			if err := tx.Send(n); err != nil {
				return nil
			}
		}
	})
	Sink(g, "sink", numbers, func(_ *Actor, rx *Rx[int]) error {
		for n := range rx.All() {
			last.Set(n)
			if *got = append(*got, n); len(*got) == 5 {
				break
			}
		}
		return nil
	}, last)
	return last, got
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// serveResume runs it; what the source has sent too much is left over.
func serveResume(t *testing.T, g *Graph) {
	t.Helper()
	var left *LeftoverError
	if err := g.Serve(context.Background()); err != nil && !errors.As(err, &left) {
		t.Error(err)
	}
}

// The value of the file can be read before the start, and by any actor after it,
// and a graph that is built and not run leaves nothing behind.
func TestAtStartIsWhatTheFileHolds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last")
	for life := range 3 {
		unused := &Graph{}
		s, _ := resume(unused, path)
		before := names(t, filepath.Dir(path))
		if got, want := s.AtStart(), 5*life-1; got != want || s.Get() != want {
			t.Errorf("life %d: before the start %d and %d, want %d", life, got, s.Get(), want)
		}
		if after := names(t, filepath.Dir(path)); after != before {
			t.Errorf("life %d: AtStart has made files: %s, before it %s", life, after, before)
		}
		g := &Graph{}
		s, got := resume(g, path)
		if life != 1 { // else only the source asks
			s.AtStart()
		}
		serveResume(t, g)
		if len(*got) != 5 || (*got)[0] != 5*life || s.AtStart() != 5*life-1 || s.Get() != 5*life+4 {
			t.Errorf("life %d: got %v; at the start %d, at the end %d", life, *got, s.AtStart(), s.Get())
		}
	}
}

// Without a file it is what NewState was told.
func TestAtStartWithoutAFile(t *testing.T) {
	g := &Graph{}
	s := NewState(g, "s", 7)
	g.Actor("a", s).Run(func(*Actor) error { s.Set(8); return nil })
	if s.AtStart() != 7 {
		t.Error(s.AtStart())
	}
	if err := g.Serve(context.Background()); err != nil || s.AtStart() != 7 || s.Get() != 8 {
		t.Error(err, s.AtStart(), s.Get())
	}
	bad := NewState(&Graph{}, "any", any(nil), Persist("any")) // a wiring mistake
	if bad.AtStart() != nil {
		t.Error(bad.AtStart())
	}
}

// damage makes three generations and destroys the newest.
func damage(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "count")
	for range 3 {
		if _, err := counter(&Graph{}, 5, path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is wrong with a file is told by the start, in the same words whether it
// was looked at before or not, and nothing is changed.
func TestAtStartOfADamagedFile(t *testing.T) {
	path := damage(t)
	before := names(t, filepath.Dir(path))
	_, want := counter(&Graph{}, 5, path)
	g := &Graph{}
	s := NewState(g, "count", 1, Persist(path))
	g.Actor("a", s).Run(quiet)
	if s.AtStart() != 1 {
		t.Errorf("got %d of a damaged file", s.AtStart())
	}
	if err := g.Serve(context.Background()); err == nil || want == nil || err.Error() != want.Error() {
		t.Errorf("Serve: %v, want %v", err, want)
	}
	if after := names(t, filepath.Dir(path)); after != before {
		t.Errorf("the files are %s, before it %s", after, before)
	}
}

// With OrPrevious both see the generation before, and only the start moves the
// damaged file away.
func TestAtStartOrPrevious(t *testing.T) {
	path := damage(t)
	before := names(t, filepath.Dir(path))
	g := &Graph{}
	s := NewState(g, "count", 1, Persist(path, OrPrevious()))
	g.Actor("a", s).Run(quiet)
	if got, after := s.AtStart(), names(t, filepath.Dir(path)); got != 10 || after != before {
		t.Errorf("got %d, want 10; the files are %s, before it %s", got, after, before)
	}
	if err := g.Serve(context.Background()); err != nil || s.Get() != 10 {
		t.Errorf("Serve: %v; then %d", err, s.Get())
	}
}

// The file is not locked before the start: what was read may be old by then, or
// what could not be read be whole. The graph does not start on that.
func TestAtStartAndAnotherProcess(t *testing.T) {
	path := damage(t)
	build := func() (*Graph, *State[int]) {
		g := &Graph{}
		s := NewState(g, "count", 1, Persist(path))
		g.Actor("a", s).Run(quiet)
		return g, s
	}
	refused := func(g *Graph, words ...string) {
		t.Helper()
		err := g.Serve(context.Background())
		var failed *StateError
		if !errors.As(err, &failed) || failed.Op != "load" {
			t.Errorf("Serve: %v", err)
			return
		}
		for _, w := range append(words, "another process uses the file: start again") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v: want it to say %q", err, w)
			}
		}
	}
	g, s := build()
	s.AtStart()
	if err := os.Rename(path+".1", path); err != nil {
		t.Fatal(err)
	}
	refused(g, "could not read it, and now it is whole", "damaged")

	g, s = build()
	old := s.AtStart()
	if _, err := counter(&Graph{}, 5, path); err != nil {
		t.Fatal(err)
	}
	refused(g, "generation 2, and now it is 3")
	if s.AtStart() != old+5 { // nobody was told to rely on either
		t.Errorf("%d, before it %d", s.AtStart(), old)
	}

	// A graph that runs has the lock. To look at its file is harmless.
	running := &Graph{}
	s = NewState(running, "count", 0, Persist(path))
	running.Actor("a", s).Run(func(*Actor) error {
		g, s := build()
		if s.AtStart() != old+5 {
			t.Errorf("got %d of a file that is in use, want %d", s.AtStart(), old+5)
		}
		if err := g.Serve(context.Background()); err == nil || !strings.Contains(err.Error(), "is locked") {
			t.Errorf("Serve: %v", err)
		}
		return nil
	})
	if err := running.Serve(context.Background()); err != nil {
		t.Error(err)
	}
}
