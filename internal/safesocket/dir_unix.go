//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// places is where to look for folders; tests put their own in.
type places struct {
	env     func(string) string
	run     string
	runUser string
	tmp     string
	uid     int
}

func system() places {
	return places{env: os.Getenv, run: "/run", runUser: "/run/user", tmp: "/tmp", uid: os.Geteuid()}
}

// Dir returns the folder for the sockets of this user and makes it when it is
// missing: $STEADYTOP_DIR and no other when that is set, else the first that
// can be had of $XDG_RUNTIME_DIR/steadytop, /run/steadytop and
// /tmp/steadytop-<uid>. The error says for each why it can not.
func Dir() (string, error) { return system().dir() }

func (p places) dir() (string, error) {
	if set := p.env(EnvDir); set != "" {
		dir, err := filepath.Abs(set)
		if err != nil {
			return "", fmt.Errorf("safesocket: %s: %w", EnvDir, err)
		}
		if err := p.ensure(dir); err != nil {
			return "", fmt.Errorf("%s: %w", EnvDir, err)
		}
		return dir, nil
	}
	var errs []error
	for _, dir := range p.own() {
		err := p.ensure(dir)
		if err == nil {
			return dir, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("safesocket: no folder for sockets, set %s to one: %w", EnvDir, errors.Join(errs...))
}

// own lists the folders that a service of this user may use, best first.
func (p places) own() []string {
	var dirs []string
	if xdg := p.env("XDG_RUNTIME_DIR"); filepath.IsAbs(xdg) {
		dirs = append(dirs, filepath.Join(xdg, "steadytop"))
	}
	return append(dirs, filepath.Join(p.run, "steadytop"), filepath.Join(p.tmp, "steadytop-"+strconv.Itoa(p.uid)))
}

// ensure makes dir when it is missing, and checks it.
func (p places) ensure(dir string) error {
	err := os.Mkdir(dir, 0o700)
	made := err == nil
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("safesocket: folder: %w", err)
	}
	fd, st, err := openDir(dir)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	if err := ownedBy(dir, st, p.uid); err != nil {
		return err
	}
	if made { // the umask may have taken bits away
		if err := unix.Fchmod(fd, 0o700); err != nil {
			return fmt.Errorf("safesocket: folder %s: chmod: %w", dir, err)
		}
		return nil
	}
	return private(dir, st)
}

// openDir opens a folder, but not through a symbolic link in its last element.
func openDir(dir string) (int, *unix.Stat_t, error) {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		if info, lerr := os.Lstat(dir); lerr == nil && info.Mode()&fs.ModeSymlink != 0 {
			return -1, nil, fmt.Errorf("%w: %s is a symbolic link", ErrUnsafe, dir)
		}
		return -1, nil, fmt.Errorf("safesocket: folder %s: %w", dir, err)
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		_ = unix.Close(fd)
		return -1, nil, fmt.Errorf("safesocket: folder %s: %w", dir, err)
	}
	return fd, &st, nil
}

func ownedBy(dir string, st *unix.Stat_t, uid int) error {
	if int64(st.Uid) != int64(uid) {
		return fmt.Errorf("%w: folder %s is owned by uid %d, not by %d", ErrForeign, dir, st.Uid, uid)
	}
	return nil
}

func private(dir string, st *unix.Stat_t) error {
	if mode := st.Mode & 0o777; mode&0o077 != 0 {
		return fmt.Errorf("%w: %s has mode %#o, which lets others in; chmod 700 it", ErrUnsafe, dir, mode)
	}
	return nil
}
