//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// shortDir returns a folder whose path leaves room for the name of a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "st")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// fake returns places below dir with the given environment.
func fake(dir string, env map[string]string) places {
	return places{
		env: func(k string) string { return env[k] },
		run: filepath.Join(dir, "run"), runUser: filepath.Join(dir, "run/user"), tmp: filepath.Join(dir, "tmp"),
		uid: os.Geteuid(),
	}
}

func TestDir(t *testing.T) {
	mine := "tmp/steadytop-" + strconv.Itoa(os.Geteuid())
	for _, c := range []struct {
		name string
		env  map[string]string // values are below the test's folder
		make []string          // folders that exist, mode after a colon
		want string
		err  string
	}{
		{"set", map[string]string{EnvDir: "own"}, nil, "own", ""},
		{"set and open to others", map[string]string{EnvDir: "own"}, []string{"own:755"}, "", "mode 0755"},
		{"set without parent", map[string]string{EnvDir: "no/own"}, []string{"run"}, "", "no such file"},
		{"runtime folder", map[string]string{"XDG_RUNTIME_DIR": "xdg"}, []string{"xdg", "run"}, "xdg/steadytop", ""},
		{"runtime folder is missing", map[string]string{"XDG_RUNTIME_DIR": "xdg"}, []string{"run"}, "run/steadytop", ""},
		{"no runtime folder", nil, []string{"run"}, "run/steadytop", ""},
		{"no /run", nil, []string{"tmp"}, mine, ""},
		{"/run is open to others", nil, []string{"run", "run/steadytop:711", "tmp"}, mine, ""},
		{"nothing works", nil, []string{"tmp", mine + ":770"}, "", "mode 0770"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := shortDir(t)
			env := map[string]string{}
			for k, v := range c.env {
				env[k] = filepath.Join(root, v)
			}
			for _, d := range c.make {
				mkdir(t, root, d)
			}
			got, err := fake(root, env).dir()
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), EnvDir) {
					t.Fatalf("got %q, error %v, want one with %q and %s", got, err, c.err, EnvDir)
				}
				return
			}
			if err != nil || got != filepath.Join(root, c.want) {
				t.Fatalf("got %q, error %v, want %q", got, err, c.want)
			}
			if info, err := os.Lstat(got); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("made %v, error %v, want mode 0700", info.Mode(), err)
			}
		})
	}
}

// mkdir makes a folder, of which the mode may follow the name.
func mkdir(t *testing.T, root, spec string) {
	t.Helper()
	name, mode, ok := strings.Cut(spec, ":")
	if !ok {
		mode = "700"
	}
	perm, err := strconv.ParseUint(mode, 8, 32)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, os.FileMode(perm)); err != nil {
		t.Fatal(err)
	}
}

func TestDirUnderAWideUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o777)) // takes even our own bits away
	root := shortDir(t)
	if err := os.Chmod(root, 0o700); err != nil {
		t.Fatal(err)
	}
	dir, err := fake(root, map[string]string{EnvDir: root + "/own"}).dir()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
}

func TestSymbolicLinkIsRefused(t *testing.T) {
	root := shortDir(t)
	mkdir(t, root, "real")
	link := filepath.Join(root, "link")
	if err := os.Symlink(filepath.Join(root, "real"), link); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(link, "robot"); !errors.Is(err, ErrUnsafe) || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("got %v", err)
	}
	if files := list(filepath.Join(root, "real")); len(files) != 0 {
		t.Errorf("made %v behind the link", files)
	}
}

func TestListenAndDial(t *testing.T) {
	dir := shortDir(t)
	l, err := Listen(dir, "robot arm")
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(dir, "robot_arm-"+strconv.Itoa(os.Getpid())+".sock")
	if l.Path() != want {
		t.Errorf("path %s, want %s", l.Path(), want)
	}
	if info, err := os.Lstat(want); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	c, err := Dial(t.Context(), l.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, end := range []net.Conn{c, s} {
		cred, ok := PeerCred(end)
		if ok != CanIdentify() || ok && (cred.UID != uint32(os.Geteuid()) || cred.PID != os.Getpid()) {
			t.Errorf("peer %+v, %v", cred, ok)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}
	if files := list(dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestPeerCredOfOtherConnections(t *testing.T) {
	a, b := net.Pipe()
	defer func() { _, _ = a.Close(), b.Close() }()
	if cred, ok := PeerCred(a); ok {
		t.Errorf("a pipe has the peer %+v", cred)
	}
}

func TestTwoOfOneName(t *testing.T) {
	dir := shortDir(t)
	a, err := Listen(dir, "robot")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Listen(dir, "robot")
	if err != nil {
		t.Fatal(err)
	}
	if a.Path() == b.Path() {
		t.Errorf("both at %s", a.Path())
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	c, err := Dial(t.Context(), b.Path())
	if err != nil {
		t.Fatalf("the first close broke the second: %v", err)
	}
	_ = c.Close()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

// TestCloseLeavesTheNextSocket empties the folder under a service and puts
// another one into its place, whose socket the first must not remove.
func TestCloseLeavesTheNextSocket(t *testing.T) {
	dir := shortDir(t)
	a, err := Listen(dir, "robot")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range list(dir) {
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	b, err := Listen(dir, "robot")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	if a.Path() != b.Path() {
		t.Fatalf("paths %s and %s", a.Path(), b.Path())
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	c, err := Dial(t.Context(), b.Path())
	if err != nil {
		t.Fatalf("the socket of the second is gone: %v", err)
	}
	_ = c.Close()
	if files := list(dir); len(files) != 2 {
		t.Errorf("the folder holds %v, want a socket and its lock", files)
	}
}

// abandon leaves a socket and a lock file as a killed process does.
func abandon(t *testing.T, stem string) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: stem + suffix}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stem+lockSuffix, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// deadPID is a process that can not exist.
const deadPID = "999999999"

func TestStaleSocketsAreReplacedAndSwept(t *testing.T) {
	dir := shortDir(t)
	own := filepath.Join(dir, "robot-"+strconv.Itoa(os.Getpid()))
	abandon(t, own)
	abandon(t, filepath.Join(dir, "dead-"+deadPID))
	abandon(t, filepath.Join(dir, "init-1")) // alive: hands off
	custom := filepath.Join(dir, "custom.lock")
	if err := os.WriteFile(custom, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Listen(dir, "robot")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Dial(t.Context(), own+suffix)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	files := list(dir)
	slices.Sort(files)
	if want := []string{"custom.lock", "init-1.lock", "init-1.sock"}; !slices.Equal(files, want) {
		t.Errorf("left %v, want %v", files, want)
	}
}

func TestALivingSocketIsNotTaken(t *testing.T) {
	dir := shortDir(t)
	// One that listens without a lock, as an older version might.
	path := filepath.Join(dir, "robot-"+strconv.Itoa(os.Getpid())+suffix)
	other, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	l, err := Listen(dir, "robot")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if l.Path() == path {
		t.Error("took the path of a living service")
	}
}

func TestAFileInTheWay(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, "robot-"+strconv.Itoa(os.Getpid())+suffix)
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(dir, "robot"); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("got %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "mine" {
		t.Errorf("the file is now %q, %v", b, err)
	}
}

func TestDialErrors(t *testing.T) {
	dir := shortDir(t)
	abandon(t, filepath.Join(dir, "dead-"+deadPID))
	_, err := Dial(t.Context(), filepath.Join(dir, "dead-"+deadPID+suffix))
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("stale socket: %v", err)
	}
	_, err = Dial(t.Context(), filepath.Join(dir, "none.sock"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no socket: %v", err)
	}
	_, err = Dial(t.Context(), filepath.Join(dir, strings.Repeat("x", 200)))
	if !errors.Is(err, ErrPathTooLong) {
		t.Errorf("long path: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = Dial(ctx, filepath.Join(dir, "none.sock")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestScan(t *testing.T) {
	root := shortDir(t)
	uid := strconv.Itoa(os.Geteuid())
	p := fake(root, nil)
	mkdir(t, root, "run/user/"+uid)
	mkdir(t, root, "tmp")
	mkdir(t, root, "run/steadytop:755")
	for _, d := range []string{"run/user/" + uid + "/steadytop", "tmp/steadytop-" + uid} {
		mkdir(t, root, d)
		abandon(t, filepath.Join(root, d, "robot-12"))
	}
	if err := os.WriteFile(filepath.Join(root, "tmp/steadytop-"+uid, "file-3.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/tmp", filepath.Join(root, "tmp/steadytop-evil")); err != nil {
		t.Fatal(err)
	}
	type brief struct{ path, name, skip string }
	want := []brief{
		{"run/steadytop", "", "mode 0755"},
		{"run/user/" + uid + "/steadytop/robot-12.sock", "robot", ""},
		{"tmp/steadytop-" + uid + "/file-3.sock", "file", "is no socket"},
		{"tmp/steadytop-" + uid + "/robot-12.sock", "robot", ""},
		{"tmp/steadytop-evil", "", "symbolic link"},
	}
	got := p.scan()
	if len(got) != len(want) {
		t.Fatalf("found %+v, want %+v", got, want)
	}
	for i, w := range want {
		s := got[i]
		if s.Path != filepath.Join(root, w.path) || s.Name != w.name || (s.Skip == nil) != (w.skip == "") ||
			s.Skip != nil && !strings.Contains(s.Skip.Error(), w.skip) {
			t.Errorf("found %+v, want %+v", s, w)
		}
	}
	alone := fake(root, map[string]string{EnvDir: filepath.Join(root, "own")})
	if got := alone.scan(); len(got) != 0 {
		t.Errorf("with %s set, found %+v", EnvDir, got)
	}
}
