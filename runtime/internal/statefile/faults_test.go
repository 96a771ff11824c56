package statefile_test

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// noon is when all saves of these tests happen.
var noon = time.Unix(1_700_000_000, 0)

func open(f *memfs.FS) (*statefile.Store, statefile.Loaded, error) {
	return statefile.Open(statefile.Options{FS: f, Path: "/state", Name: "n", Type: "t", Encoding: statefile.JSON})
}

// saved returns a file system into which the values were saved in turn.
func saved(t *testing.T, values ...string) (*memfs.FS, *statefile.Store) {
	t.Helper()
	f := memfs.New()
	s, _, err := open(f)
	for _, v := range values {
		if err == nil {
			err = s.Save([]byte(v), noon)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return f, s
}

// reopen loads what is there and checks that nothing is left over.
func reopen(f *memfs.FS) (string, error) {
	f.Intercept(nil)
	s, l, err := open(f)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	for name := range f.Names() {
		if strings.HasSuffix(name, ".tmp") {
			return "", fmt.Errorf("%s is left over", name)
		}
	}
	if l.Warning != "" {
		return "", errors.New(l.Warning)
	}
	if l.Record == nil {
		return "", nil
	}
	return string(l.Payload), nil
}

// calls counts the calls of one more save, on a file system without faults.
func calls(t *testing.T, before []string) int {
	f, s := saved(t, before...)
	n := 0
	f.Intercept(func(string, string) memfs.Fault { n++; return memfs.Fault{} })
	if err := s.Save([]byte("new"), noon); err != nil {
		t.Fatal(err)
	}
	return n
}

// befores are what may have been saved before: nothing, one generation, two.
var befores = [][]string{nil, {"old"}, {"older", "old"}}

func old(before []string) string {
	if len(before) == 0 {
		return ""
	}
	return before[len(before)-1]
}

// Whatever call of a save fails, and however, the error is returned, the old
// value or the new one is there, and the next save works.
func TestEveryCallOfASaveFailsInEveryWay(t *testing.T) {
	cases := 0
	for _, before := range befores {
		for at := range calls(t, before) {
			for _, errno := range []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EMFILE} {
				for _, done := range []bool{false, true} {
					cases++
					f, s := saved(t, before...)
					n := 0
					var call string
					f.Intercept(func(c, name string) (fault memfs.Fault) {
						if n == at {
							call = c + " " + name
							fault = memfs.Fault{Err: errno, Done: done}
						}
						n++
						return fault
					})
					err := s.Save([]byte("new"), noon)
					what := fmt.Sprintf("after %q: %s fails with %v (done: %v)", before, call, errno, done)
					if !errors.Is(err, errno) {
						t.Errorf("%s: Save: %v", what, err)
					}
					if got, err := reopen(f.Killed()); err != nil || got != "new" && got != old(before) {
						t.Errorf("%s: loaded %q, %v", what, got, err)
					}
					f.Intercept(nil)
					if err := s.Save([]byte("next"), noon); err != nil {
						t.Errorf("%s: the next save: %v", what, err)
					}
					if got, err := reopen(f.Killed()); err != nil || got != "next" {
						t.Errorf("%s: after the next save: loaded %q, %v", what, got, err)
					}
				}
			}
		}
	}
	t.Logf("%d faults", cases)
}

// A disk on which everything fails from some call on: nothing can be cleaned
// up either, until the next start.
func TestADiskThatDiesInASave(t *testing.T) {
	for _, before := range befores {
		for at := range calls(t, before) {
			f, s := saved(t, before...)
			n := 0
			f.Intercept(func(string, string) (fault memfs.Fault) {
				if n++; n > at {
					fault.Err = syscall.EIO
				}
				return fault
			})
			for range 3 {
				if err := s.Save([]byte("new"), noon); !errors.Is(err, syscall.EIO) {
					t.Errorf("call %d: Save: %v", at, err)
				}
			}
			if got, err := reopen(f.Killed()); err != nil || got != "new" && got != old(before) {
				t.Errorf("call %d: loaded %q, %v", at, got, err)
			}
			f.Intercept(nil)
			if err := s.Save([]byte("next"), noon); err != nil {
				t.Errorf("call %d: when the disk works again: %v", at, err)
			}
		}
	}
}

// The process is killed before each call of a save in turn, or the power is
// lost with any part of what was not durable. If Save had returned by then, it
// is the new value.
func TestTheOldOrTheNewValueSurvivesEveryCrash(t *testing.T) {
	states := 0
	for _, before := range befores {
		n := calls(t, before)
		for at := range n + 1 {
			f, s := saved(t, before...)
			k := 0
			f.Intercept(func(string, string) memfs.Fault { k++; return memfs.Fault{Kill: k > at} })
			returned := s.Save([]byte("new"), noon) == nil
			if returned != (at == n) {
				t.Fatalf("killed before call %d of %d: returned %v", at, n, returned)
			}
			check := func(what string, f *memfs.FS) {
				states++
				got, err := reopen(f)
				if err != nil || got != "new" && (returned || got != old(before)) {
					t.Errorf("after %q, killed before call %d, %s: loaded %q, %v; files %v", before, at, what, got, err, f.Names())
				}
			}
			check("power kept", f.Killed())
			for keep := range uint64(1) << f.Pending() {
				for loss := range memfs.Loss(memfs.NumLosses) {
					check(fmt.Sprintf("power lost (%b, %d)", keep, loss), f.PowerLost(keep, loss))
				}
			}
		}
	}
	t.Logf("%d states after a crash", states)
}

// A crash while a crash is being recovered from, and a save after that.
func TestACrashInTheRecovery(t *testing.T) {
	for at := range calls(t, befores[2]) {
		f, s := saved(t, befores[2]...)
		k := 0
		f.Intercept(func(string, string) memfs.Fault { k++; return memfs.Fault{Kill: k > at} })
		_ = s.Save([]byte("new"), noon)
		for again, killed := 0, true; killed; again++ {
			g := f.Killed()
			k := 0
			g.Intercept(func(string, string) memfs.Fault { k++; return memfs.Fault{Kill: k > again} })
			if s, _, err := open(g); err == nil {
				killed = s.Save([]byte("third"), noon) != nil
			}
			for keep := range uint64(1) << g.Pending() {
				if got, err := reopen(g.PowerLost(keep, memfs.LoseAll)); err != nil || got != "old" && got != "new" && got != "third" {
					t.Fatalf("killed before call %d, then %d: loaded %q, %v", at, again, got, err)
				}
			}
		}
	}
}

// A save fails, and the next one is cut short by a loss of power.
func TestACrashAfterAFailure(t *testing.T) {
	states := 0
	for fail := range 2 * calls(t, befores[2]) {
		for at, returned := 0, false; !returned; at++ {
			f, s := saved(t, befores[2]...)
			k := 0
			f.Intercept(func(string, string) (fault memfs.Fault) {
				if k == fail/2 {
					fault = memfs.Fault{Err: syscall.EIO, Done: fail%2 == 1}
				}
				k++
				return fault
			})
			_ = s.Save([]byte("new"), noon)
			k = 0
			f.Intercept(func(string, string) memfs.Fault { k++; return memfs.Fault{Kill: k > at} })
			returned = s.Save([]byte("third"), noon) == nil
			for keep := range uint64(1) << f.Pending() {
				states++
				got, err := reopen(f.PowerLost(keep, memfs.LoseAll))
				if err != nil || got != "third" && (returned || got != "old" && got != "new") {
					t.Fatalf("call %d fails, killed before call %d of the next save (%b): loaded %q, %v", fail, at, keep, got, err)
				}
			}
		}
	}
	t.Logf("%d states after a crash", states)
}

// Where files can not have two names, the previous generation is a copy.
func TestAFileSystemWithoutSecondNames(t *testing.T) {
	f, s := saved(t, "a")
	f.Intercept(func(call, _ string) (fault memfs.Fault) {
		if call == "link" {
			fault.Err = errors.ErrUnsupported
		}
		return fault
	})
	for _, v := range []string{"b", "c"} {
		if err := s.Save([]byte(v), noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	newest, previous := f.Get("state"), f.Get("state.1")
	if !strings.Contains(string(newest), "c") || !strings.Contains(string(previous), "b") {
		t.Errorf("files %q and %q", newest, previous)
	}
	if got, err := reopen(f); err != nil || got != "c" {
		t.Errorf("loaded %q, %v", got, err)
	}
}
