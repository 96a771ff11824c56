//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package statefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// System is the file system of the operating system. On this one a folder is a
// path, a lock holds within the process only, the names in a folder become
// durable when the system likes, and owners are not looked at.
var System FS = system{}

type system struct{}

// OpenDir implements FS.
func (system) OpenDir(path string) (Dir, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("not a folder")}
	}
	return folder(path), nil
}

type folder string

func (d folder) path(name string) string { return filepath.Join(string(d), name) }

// Info implements Dir.
func (d folder) Info() (Info, error) { return Info{Mode: fs.ModeDir | 0o700}, nil }

// Lstat implements Dir.
func (d folder) Lstat(name string) (Info, error) { return infoOf(os.Lstat(d.path(name))) }

// Open implements Dir.
func (d folder) Open(name string) (File, error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

// Create implements Dir.
func (d folder) Create(name string) (File, error) {
	f, err := os.OpenFile(d.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

// Link implements Dir. Whatever the error is, a copy may work.
func (d folder) Link(oldname, newname string) error {
	err := os.Link(d.path(oldname), d.path(newname))
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errors.Join(errors.ErrUnsupported, err)
}

// Rename implements Dir.
func (d folder) Rename(oldname, newname string) error {
	return os.Rename(d.path(oldname), d.path(newname))
}

// Remove implements Dir.
func (d folder) Remove(name string) error { return os.Remove(d.path(name)) }

// Sync implements Dir.
func (d folder) Sync() error { return nil }

// Close implements Dir.
func (d folder) Close() error { return nil }

type file struct{ *os.File }

// Info implements File.
func (f file) Info() (Info, error) { return infoOf(f.Stat()) }

func infoOf(i fs.FileInfo, err error) (Info, error) {
	if err != nil {
		return Info{}, err
	}
	return Info{Mode: i.Mode() &^ 0o077, Size: i.Size()}, nil
}

var (
	heldMu sync.Mutex
	held   = map[string]bool{}
)

// Lock implements Dir.
func (d folder) Lock(name string) (Lock, error) {
	heldMu.Lock()
	defer heldMu.Unlock()
	path := d.path(name)
	if held[path] {
		return nil, &LockedError{Name: name, Self: true}
	}
	held[path] = true
	return lock(path), nil
}

type lock string

// Release implements Lock.
func (l lock) Release() error {
	heldMu.Lock()
	defer heldMu.Unlock()
	delete(held, string(l))
	return nil
}
