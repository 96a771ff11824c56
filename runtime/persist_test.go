package steady

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// onDisk loads what another process would find if this one was killed now.
func onDisk[T any](t *testing.T, disk *memfs.FS, path, name string) (v T, generation uint64) {
	t.Helper()
	store, l, err := statefile.Open(statefile.Options{FS: disk.Killed(), Path: path, Name: name, Encoding: statefile.JSON})
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return v, 0
	}
	defer func() { _ = store.Close() }()
	if l.Record == nil {
		return v, 0
	}
	if err := json.Unmarshal(l.Payload, &v); err != nil || l.Warning != "" {
		t.Errorf("%s: %s %v", path, l.Warning, err)
	}
	return v, l.Generation
}

// counter runs a graph whose one actor adds n to a persisted count, and returns
// what it found and the error of Serve.
func counter(g *Graph, n int, path string, opts ...PersistOption) (found int, err error) {
	s := NewState(g, "count", 0, Persist(path, opts...))
	g.Actor("counter", s).Run(func(*Actor) error {
		found = s.Get()
		s.Set(s.Get() + n)
		return nil
	})
	err = g.Serve(context.Background())
	return found, err
}

func TestStateSurvivesTheProcess(t *testing.T) {
	for _, policy := range []Sync{0, SyncEvery(time.Hour), SyncAlways, SyncOnStop} {
		path := filepath.Join(t.TempDir(), "count")
		for i := range 3 {
			found, err := counter(&Graph{}, 5, path, policy)
			if err != nil || found != 5*i {
				t.Errorf("%v: run %d found %d: %v", policy, i, found, err)
			}
		}
	}
}

// A state that is never set makes no file; one that was set before an actor
// ended early is saved.
func TestWhatIsSavedOfActorsThatDoLittle(t *testing.T) {
	disk := memfs.New()
	bubble(t, func(g *Graph) {
		g.files = disk
		untouched := NewState(g, "untouched", 7, Persist("/untouched"))
		g.Actor("idle", untouched).Run(func(a *Actor) error {
			for a.Running() {
				untouched.Set(8)
			}
			return nil
		})
		failing := NewState(g, "failing", 0, Persist("/failing"))
		g.Actor("fails", Restart{Never: true}, failing).Run(func(a *Actor) error {
			failing.Set(1)
			a.Commit()
			failing.Set(2)
			return errors.New("for good")
		})
		g.requestStop("before the start")
	}, func(t *testing.T, err error) {
		var failed *ActorError
		if !errors.As(err, &failed) || errors.As(err, new(*StateError)) {
			t.Errorf("Serve: %v", err)
		}
	})
	if v, n := onDisk[int](t, disk, "/failing", "failing"); v != 1 || n == 0 {
		t.Errorf("of the actor that failed: %d in generation %d", v, n)
	}
	if disk.Get("untouched") != nil {
		t.Error("a state that nobody set was saved")
	}
}

// A state that can not be loaded stops the start, changes nothing and keeps no
// lock; the ones beside it are closed, too.
func TestAStateThatCannotBeLoadedStopsTheStart(t *testing.T) {
	good, bad := filepath.Join(t.TempDir(), "good"), filepath.Join(t.TempDir(), "bad")
	for range 2 {
		if _, err := counter(&Graph{}, 1, bad); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if err := os.WriteFile(bad, b, 0o600); err != nil {
		t.Fatal(err)
	}
	build := func(g *Graph, ran *bool, opts ...PersistOption) {
		one := NewState(g, "one", 0, Persist(good))
		two := NewState(g, "count", 0, Persist(bad, opts...))
		g.Actor("a", one, two).Run(func(*Actor) error { *ran = two.Get() == 1; one.Set(1); return nil })
	}
	for range 2 {
		ran, g := false, &Graph{}
		build(g, &ran)
		err := g.Serve(context.Background())
		var failed *StateError
		if !errors.As(err, &failed) || failed.Name != "count" || failed.File != bad || failed.Op != "load" || ran {
			t.Fatalf("Serve: %v; ran: %v", err, ran)
		}
		for _, words := range []string{`state "count": load `, bad + " can not be used: damaged", bad + ".1 is whole: generation 1", "mv "} {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("%v: want it to say %q", err, words)
			}
		}
		if err := g.Shutdown(context.Background()); err != nil { // it does not wait for ever
			t.Error(err)
		}
	}
	var log strings.Builder
	ran, g := false, &Graph{Logger: slog.New(slog.NewTextHandler(&log, nil))}
	build(g, &ran, OrPrevious())
	if err := g.Serve(context.Background()); err != nil || !ran {
		t.Errorf("with OrPrevious: %v; ran with the generation before: %v", err, ran)
	}
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "bad.damaged") {
		t.Errorf("logged %s", log.String())
	}
}

// A type that does not fit any more is such an error, too.
func TestATypeThatDoesNotFit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "count")
	if _, err := counter(&Graph{}, 1, path); err != nil {
		t.Fatal(err)
	}
	g := &Graph{}
	g.Actor("a", NewState(g, "count", "", Persist(path))).Run(quiet)
	var failed *StateError
	if err := g.Serve(context.Background()); !errors.As(err, &failed) || failed.Op != "load" {
		t.Errorf("Serve: %v", err)
	}
	if found, err := counter(&Graph{}, 1, path); found != 1 || err != nil {
		t.Errorf("with the type of before: %d, %v", found, err)
	}
}

// Two graphs can not have one file, be it under two names of its folder.
func TestTwoGraphsOnOneFile(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "d", "s"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.Symlink("d", link)); err != nil {
		t.Fatal(err)
	}
	g := &Graph{}
	s := NewState(g, "count", 0, Persist(path))
	g.Actor("a", s).Run(func(*Actor) error {
		_, err := counter(&Graph{}, 1, filepath.Join(link, "s"))
		if err == nil || !strings.Contains(err.Error(), "s.lock is locked: this process uses the file already") {
			t.Errorf("the second graph: %v", err)
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
}

// Whatever keeps a graph from running, the files are free again.
func TestAGraphThatCannotRunLetsGoOfItsFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "count")
	g := &Graph{Socket: Off, Metrics: "no such address"}
	g.Actor("a", NewState(g, "count", 0, Persist(path))).Run(quiet)
	if err := g.Run(context.Background()); err == nil {
		t.Fatal("want the error of the address")
	}
	if _, err := counter(&Graph{}, 1, path); err != nil {
		t.Error(err)
	}
}

// The owner's detail tells where each state is and how old.
func TestDetailsOfStates(t *testing.T) {
	disk := memfs.New()
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{files: disk, measure: true}
		mem, file := NewState(g, "mem", 0), NewState(g, "file", 0, Persist("/f", SyncEvery(time.Minute)))
		g.Actor("other").Run(quiet)
		g.Actor("owner", mem, file).Run(func(a *Actor) error {
			look := func(want string) {
				<-time.After(time.Second) // for the disk
				d, _ := g.svc.Load().ActorDetail(1)
				f := d.States[1]
				got := fmt.Sprintf("generation %d, age %v, unsaved %v, error %q", f.Generation, time.Since(f.Saved), f.Unsaved, f.Error)
				if f.Generation == 0 && f.Saved.IsZero() {
					got = "nothing"
				}
				if got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if len(d.States) != 2 || d.States[0].Name != "mem" || d.States[0].Type != "int" || d.States[0].File != "" || f.File != "/f" || f.Sync != "every 1m0s" {
					t.Errorf("details %+v", d.States)
				}
			}
			look("nothing")
			file.Set(1)
			a.Wait(a.After(0))
			look(`generation 1, age 1s, unsaved false, error ""`)
			file.Set(2)
			a.Wait(a.After(0))
			look(`generation 1, age 2s, unsaved true, error ""`)
			if d, _ := g.svc.Load().ActorDetail(0); len(d.States) != 0 {
				t.Errorf("details of the other: %+v", d.States)
			}
			return nil
		})
		if err := g.Serve(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestSyncInWords(t *testing.T) {
	for want, s := range map[string]Sync{"every 1s": 0, "every 1m0s": SyncEvery(time.Minute), "always": SyncAlways, "on stop": SyncOnStop, "unknown": SyncEvery(-1)} {
		if s.String() != want {
			t.Errorf("%d is %q, want %q", s, s, want)
		}
	}
}
