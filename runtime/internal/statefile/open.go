package statefile

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Loaded is what Open found.
type Loaded struct {
	*Record        // nil when there is no generation yet
	Warning string // what is wrong although nothing was lost; "" usually
}

// Open takes the lock, removes what a save that was cut short left behind, and
// loads the newest generation. Its errors say what to do. They never lead to a
// change of what was saved.
func Open(o Options) (*Store, Loaded, error) {
	s, err := newStore(o)
	if err != nil {
		return nil, Loaded{}, err
	}
	loaded, err := s.open()
	if err != nil {
		if s.lock != nil {
			_ = s.lock.Release()
		}
		_ = s.dir.Close()
		return nil, Loaded{}, err
	}
	return s, loaded, nil
}

// newStore opens the folder.
func newStore(o Options) (*Store, error) {
	if o.FS == nil {
		o.FS = System
	}
	if len(o.Name) > maxLabel {
		return nil, fmt.Errorf("the name has %d bytes, more than the limit of %d", len(o.Name), maxLabel)
	}
	o.Type = o.Type[:min(len(o.Type), maxLabel)]
	dir, err := openFolder(o.FS, filepath.Dir(o.Path))
	if err != nil {
		return nil, err
	}
	return &Store{o: o, dir: dir, base: filepath.Base(o.Path)}, nil
}

func openFolder(system FS, path string) (Dir, error) {
	dir, err := system.OpenDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: make it, owned by the user of the service: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", path, err)
	}
	info, err := dir.Info()
	if err == nil && info.Mode&0o002 != 0 && info.Mode&fs.ModeSticky == 0 {
		err = fmt.Errorf("mode %#o lets everyone replace its files: chmod o-w it", info.Mode.Perm())
	}
	if err != nil {
		_ = dir.Close()
		return nil, fmt.Errorf("folder %s: %w", path, err)
	}
	return dir, nil
}

// meant says why the path can not be meant.
func (s *Store) meant() error {
	for _, name := range []string{s.base, s.base + previousSuffix} {
		info, err := s.dir.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = trusted(info)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.beside(name), err)
		}
	}
	return nil
}

func (s *Store) open() (Loaded, error) {
	// A path that can not be meant is told before a lock file appears beside it.
	if err := s.meant(); err != nil {
		return Loaded{}, err
	}
	lock, err := s.dir.Lock(s.base + lockSuffix)
	if err != nil {
		var taken *LockedError
		if !errors.As(err, &taken) {
			err = fmt.Errorf("lock %s: the user of the service must be able to make files in this folder: %w", s.beside(s.base+lockSuffix), err)
		}
		return Loaded{}, err
	}
	s.lock = lock
	for _, name := range []string{s.base + tempSuffix, s.base + previousSuffix + tempSuffix} {
		if err := s.dir.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Loaded{}, fmt.Errorf("%s is left of a save that was cut short, and can not be removed: %w", s.beside(name), err)
		}
	}
	return s.load()
}

// beside returns the path of another file of the folder.
func (s *Store) beside(name string) string { return filepath.Join(filepath.Dir(s.o.Path), name) }

// trusted says why a file can not be one of ours.
func trusted(info Info) error {
	switch info.Mode.Type() {
	case 0:
	case fs.ModeSymlink:
		return errors.New("it is a symbolic link, which is not followed: give the path of the file itself")
	case fs.ModeDir:
		return errors.New("it is a folder: give the path of a file")
	case fs.ModeNamedPipe:
		return errors.New("it is a pipe, not a file: give another path")
	default:
		return fmt.Errorf("it is no file (%v): give another path", info.Mode)
	}
	if info.Owner != info.Self {
		return fmt.Errorf("it belongs to user %d, this process is user %d: chown it, or run the service as its owner", info.Owner, info.Self)
	}
	if info.Mode&0o022 != 0 {
		return fmt.Errorf("mode %#o lets others write to it: make sure that it is yours, then chmod 600 it", info.Mode.Perm())
	}
	return nil
}
