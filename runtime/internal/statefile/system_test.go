//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package statefile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

func openAt(path string) (*statefile.Store, statefile.Loaded, error) {
	return statefile.Open(statefile.Options{Path: path, Name: "n", Type: "t", Encoding: statefile.JSON})
}

func TestSavingAndLoading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	for i := range 5 {
		s, l, err := openAt(path)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if l.Record != nil || s.Generation() != 0 {
				t.Errorf("loaded %+v of nothing", l)
			}
		} else if string(l.Payload) != fmt.Sprint(i-1, 2) || l.Generation != uint64(3*i) || !l.Saved.Equal(noon) {
			t.Errorf("loaded %+v", l)
		}
		for k := range 3 {
			if err := s.Save([]byte(fmt.Sprint(i, k)), noon); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
		if i, err := f.Info(); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", f.Name(), i.Mode(), err)
		}
	}
	if got := strings.Join(names, " "); got != "state state.1 state.lock" {
		t.Errorf("files: %s", got)
	}
}

// What stands where the file should be is told, and nothing is made beside it.
func TestPathsThatCannotBeMeant(t *testing.T) {
	for words, make := range map[string]func(path string) error{
		"it is a folder":        func(p string) error { return os.Mkdir(p, 0o700) },
		"it is a pipe":          func(p string) error { return syscall.Mkfifo(p, 0o600) },
		"it is a symbolic link": func(p string) error { return os.Symlink(os.DevNull, p) },
		"chmod 600 it":          func(p string) error { return errors.Join(os.WriteFile(p, nil, 0o600), os.Chmod(p, 0o622)) },
	} {
		for _, name := range []string{"state", "state.1"} {
			dir := t.TempDir()
			if err := make(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			_, _, err := openAt(filepath.Join(dir, "state"))
			wantError(t, err, filepath.Join(dir, name)+": ", words)
			if files, _ := os.ReadDir(dir); len(files) != 1 {
				t.Errorf("%s: %d files", words, len(files))
			}
		}
	}
	_, _, err := openAt(filepath.Join(t.TempDir(), "missing", "state"))
	wantError(t, err, "there is no folder", "missing: make it")
	_, _, err = openAt("/dev/full")
	wantError(t, err, "/dev/full: it is no file")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = openAt(filepath.Join(file, "state"))
	wantError(t, err, "folder "+file, "not a directory")
}

// A lock that is a link or somebody's pipe is not used either, and whatever has
// the name of a file to be made is replaced, never written to.
func TestWhatIsInTheWay(t *testing.T) {
	dir := t.TempDir()
	path, victim := filepath.Join(dir, "state"), filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, path+".lock"); err != nil {
		t.Fatal(err)
	}
	_, _, err := openAt(path)
	wantError(t, err, "lock "+path+".lock")
	if err := errors.Join(os.Remove(path+".lock"), syscall.Mkfifo(path+".lock", 0o600)); err != nil {
		t.Fatal(err)
	}
	_, _, err = openAt(path)
	wantError(t, err, "lock "+path+".lock", "it is a pipe")
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	s, _, err := openAt(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, name := range []string{".tmp", ".1.tmp"} {
			if err := os.Symlink(victim, path+name); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := s.Save([]byte("value"), noon); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(victim); string(b) != "precious" {
		t.Errorf("the victim: %q, %v", b, err)
	}
	if err := os.Mkdir(path+".tmp", 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err = openAt(path)
	wantError(t, err, path+".tmp is left of a save that was cut short, and can not be removed")
}

// Five gigabytes of nothing are refused without being read.
func TestAHugeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	for size, words := range map[int64]string{
		5 << 30:   "it has 5368709120 bytes, more than any state file",
		900 << 20: "it does not begin like a state file",
	} {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err == nil {
			err = errors.Join(f.Truncate(size), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = openAt(path)
		wantError(t, err, words, "move both away")
	}
}

func TestTheLockNamesItsHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	c := start(t, "hold", path)
	defer c.kill()
	c.expect("ready")
	_, _, err := openAt(path)
	wantError(t, err, fmt.Sprintf("process %d uses the file", c.cmd.Process.Pid))
	c.kill()
	s, _, err := openAt(path)
	if err != nil {
		t.Fatalf("after the death of the holder: %v", err)
	}
	_, _, err = openAt(path)
	wantError(t, err, "this process uses the file already")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// With no descriptor left to the process, saving goes on.
func TestSavingWithoutFreeDescriptors(t *testing.T) {
	c := start(t, "exhaust", filepath.Join(t.TempDir(), "state"))
	defer c.kill()
	c.expect("20 saves without a free descriptor")
}

func TestAFolderThatCannotBeWrittenTo(t *testing.T) {
	const words = "the user of the service must be able to make files in this folder"
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		_, _, err := openAt(filepath.Join(dir, "state"))
		wantError(t, err, words, "permission denied")
		return
	}
	// Root may write everywhere, so another user tries, in a folder of root.
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c := startAs(t, 65534, "open", filepath.Join(dir, "state"))
	defer c.kill()
	c.expect(words)
}
