//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// accepting lets l accept until the test ends and returns how many it took.
func accepting(t *testing.T, l *Listener) <-chan net.Conn {
	t.Helper()
	taken := make(chan net.Conn, 16)
	done := make(chan error, 1)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				done <- err
				return
			}
			taken <- c
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		if err := <-done; !errors.Is(err, net.ErrClosed) {
			t.Errorf("accept ended with %v", err)
		}
		close(taken)
		for c := range taken {
			_ = c.Close()
		}
	})
	return taken
}

// reach connects to l by its path, and waits until l has taken the connection.
func reach(t *testing.T, l *Listener, taken <-chan net.Conn) (near, far net.Conn) {
	t.Helper()
	c, err := Dial(t.Context(), l.Path())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, <-taken
}

func TestRenew(t *testing.T) {
	for name, harm := range map[string]struct {
		do    func(t *testing.T, dir, path string)
		fresh bool
	}{
		"nothing":            {func(*testing.T, string, string) {}, false},
		"the folder is gone": {func(t *testing.T, dir, _ string) { must(t, os.RemoveAll(dir)) }, true},
		"the folder is another": {func(t *testing.T, dir, _ string) {
			must(t, os.Rename(dir, dir+".old"))
			t.Cleanup(func() { _ = os.RemoveAll(dir + ".old") })
			must(t, os.Mkdir(dir, 0o700))
		}, true},
		"the socket is gone": {func(t *testing.T, _, path string) { must(t, os.Remove(path)) }, true},
		"a stale socket is there": {func(t *testing.T, _, path string) {
			must(t, os.Remove(path))
			abandon(t, strings.TrimSuffix(path, suffix))
		}, true},
		"the lock is gone": {func(t *testing.T, _, path string) {
			must(t, os.Remove(strings.TrimSuffix(path, suffix)+lockSuffix))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := shortDir(t)
			l, err := Listen(dir, "robot")
			must(t, err)
			taken := accepting(t, l)
			near, far := reach(t, l, taken)
			path := l.Path()
			harm.do(t, dir, path)
			if fresh, err := l.Renew(); err != nil || fresh != harm.fresh {
				t.Fatalf("renewed %v, error %v, want %v", fresh, err, harm.fresh)
			}
			if fresh, err := l.Renew(); err != nil || fresh {
				t.Errorf("renewed once more: %v, error %v", fresh, err)
			}
			if l.Path() != path {
				t.Errorf("moved from %s to %s", path, l.Path())
			}
			_, last := reach(t, l, taken)
			_ = last.Close()
			if _, err := near.Write([]byte("x")); err != nil {
				t.Errorf("a connection of before: %v", err)
			}
			if n, err := far.Read(make([]byte, 1)); n != 1 {
				t.Errorf("a connection of before: %v", err)
			}
			_ = far.Close()
			files := list(dir)
			slices.Sort(files)
			stem := "robot-" + strconv.Itoa(os.Getpid())
			if want := []string{stem + lockSuffix, stem + suffix}; !slices.Equal(files, want) {
				t.Errorf("the folder holds %v, want %v", files, want)
			}
			if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, error %v", info.Mode(), err)
			}
			if _, err := acquire(strings.TrimSuffix(path, suffix) + lockSuffix); !errors.Is(err, errLocked) {
				t.Errorf("the lock could be had: %v", err)
			}
			must(t, l.Close())
			if files := list(dir); len(files) != 0 {
				t.Errorf("left behind: %v", files)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestRenewLeavesTheNextOneAlone: whoever holds the lock has the path, and the
// one who lost it goes beside.
func TestRenewLeavesTheNextOneAlone(t *testing.T) {
	dir := shortDir(t)
	a, err := Listen(dir, "robot")
	must(t, err)
	takenA := accepting(t, a)
	for _, file := range list(dir) {
		must(t, os.Remove(filepath.Join(dir, file)))
	}
	b, err := Listen(dir, "robot")
	must(t, err)
	takenB := accepting(t, b)
	if fresh, err := a.Renew(); err != nil || !fresh || a.Path() == b.Path() {
		t.Fatalf("renewed %v at %s beside %s, error %v", fresh, a.Path(), b.Path(), err)
	}
	_, c := reach(t, a, takenA)
	_ = c.Close()
	_, c = reach(t, b, takenB)
	_ = c.Close()
}

// TestRenewTakesTheNextBestFolder is the last logout of a user, which takes the
// whole folder of the user away, and the next login.
func TestRenewTakesTheNextBestFolder(t *testing.T) {
	root := shortDir(t)
	xdg := filepath.Join(root, "xdg")
	mkdir(t, root, "xdg")
	mkdir(t, root, "tmp")
	l := New("", "robot")
	l.where = fake(root, map[string]string{"XDG_RUNTIME_DIR": xdg})
	taken := accepting(t, l)
	var dirs []string
	for _, change := range []func(){
		func() {},
		func() { must(t, os.RemoveAll(xdg)) },
		func() { mkdir(t, root, "xdg"); must(t, os.RemoveAll(filepath.Dir(l.Path()))) },
	} {
		change()
		if fresh, err := l.Renew(); err != nil || !fresh {
			t.Fatalf("renewed %v, error %v", fresh, err)
		}
		_, c := reach(t, l, taken)
		_ = c.Close()
		dirs = append(dirs, filepath.Dir(l.Path()))
	}
	mine := filepath.Join(root, "tmp", "steadytop-"+strconv.Itoa(os.Geteuid()))
	if want := []string{filepath.Join(xdg, "steadytop"), mine, filepath.Join(xdg, "steadytop")}; !slices.Equal(dirs, want) {
		t.Errorf("listened in %v, want %v", dirs, want)
	}
}

// TestRenewTriesAgain: what is in the way is told, and once it is gone there is
// a socket.
func TestRenewTriesAgain(t *testing.T) {
	dir := filepath.Join(shortDir(t), "own")
	must(t, os.Mkdir(dir, 0o755))
	l := New(dir, "robot")
	taken := accepting(t, l)
	if fresh, err := l.Renew(); !errors.Is(err, ErrUnsafe) || fresh || l.Path() != "" {
		t.Fatalf("renewed %v at %q, error %v", fresh, l.Path(), err)
	}
	must(t, os.Chmod(dir, 0o700))
	if fresh, err := l.Renew(); err != nil || !fresh {
		t.Fatalf("renewed %v, error %v", fresh, err)
	}
	_, c := reach(t, l, taken)
	_ = c.Close()
	must(t, l.Close())
	if _, err := l.Renew(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("renewed after close: %v", err)
	}
}
