//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Scan lists the sockets of all services that this user may look at, by path,
// and those of which it can say why not. $STEADYTOP_DIR is the only folder when
// it is set. Else they are $XDG_RUNTIME_DIR/steadytop, /run/user/*/steadytop,
// /run/steadytop and /tmp/steadytop-*: root sees those of all users. Scan
// connects to nothing; a socket without Skip may still be stale.
func Scan() []Socket { return system().scan() }

func (p places) scan() []Socket {
	var found []Socket
	for _, dir := range p.all() {
		found = append(found, p.scanDir(dir)...)
	}
	slices.SortFunc(found, func(a, b Socket) int { return strings.Compare(a.Path, b.Path) })
	return found
}

// all lists the folders to look at, each once.
func (p places) all() []string {
	if set := p.env(EnvDir); set != "" {
		if dir, err := filepath.Abs(set); err == nil {
			return []string{dir}
		}
		return nil
	}
	dirs := p.own()
	for _, user := range list(p.runUser) {
		dirs = append(dirs, filepath.Join(p.runUser, user, "steadytop"))
	}
	for _, file := range list(p.tmp) {
		if strings.HasPrefix(file, "steadytop-") {
			dirs = append(dirs, filepath.Join(p.tmp, file))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

func (p places) scanDir(dir string) []Socket {
	if err := p.enter(dir); err != nil {
		if errors.Is(err, fs.ErrNotExist) || p.othersRuntime(dir) {
			return nil
		}
		return []Socket{{Path: dir, Skip: err}}
	}
	var found []Socket
	for _, file := range list(dir) {
		if !strings.HasSuffix(file, suffix) {
			continue
		}
		s := Socket{Path: filepath.Join(dir, file)}
		s.Name, s.PID = parse(file)
		s.Skip = check(s.Path)
		found = append(found, s)
	}
	return found
}

// othersRuntime reports whether dir is in the runtime folder of another user,
// which is closed to us by design and not worth a word.
func (p places) othersRuntime(dir string) bool {
	user := filepath.Dir(dir)
	return p.uid != 0 && filepath.Dir(user) == p.runUser && filepath.Base(user) != strconv.Itoa(p.uid)
}

// enter checks that a folder is what it seems: of this user or root, for root
// of anybody, but of the user that a name in /tmp states; and closed to others.
func (p places) enter(dir string) error {
	fd, st, err := openDir(dir)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	if p.uid != 0 && !Trusted(p.uid, st.Uid) {
		return ownedBy(dir, st, p.uid)
	}
	if named, ok := strings.CutPrefix(filepath.Base(dir), "steadytop-"); ok && filepath.Dir(dir) == p.tmp {
		if uid, err := strconv.Atoi(named); err == nil {
			if err := ownedBy(dir, st, uid); err != nil {
				return err
			}
		}
	}
	return private(dir, st)
}

// check says why the file at path can not be a socket to dial.
func check(path string) error {
	if err := checkLength(path); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("safesocket: %w", err)
	}
	if info.Mode()&fs.ModeSocket == 0 {
		return fmt.Errorf("safesocket: %s is no socket", path)
	}
	return nil
}
