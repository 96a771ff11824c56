package statefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Save makes payload the newest generation. When it returns nil, the payload
// survives a loss of power. When it returns an error, the file holds the
// generation of before or this one, and the next Save begins anew.
func (s *Store) Save(payload []byte, now time.Time) error {
	if len(payload) > MaxPayload {
		return fmt.Errorf("save: the value takes %d bytes, more than the limit of %d", len(payload), MaxPayload)
	}
	r := Record{
		Encoding: s.o.Encoding, Generation: s.generation + 1, Saved: now,
		Name: s.o.Name, Type: s.o.Type, Payload: payload,
	}
	temp := s.base + tempSuffix
	if err := s.put(temp, r.write); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	if err := s.keepPrevious(); err != nil {
		_ = s.dir.Remove(temp) // left for the next Save or Open
		return fmt.Errorf("save: %w", err)
	}
	s.unsynced = true
	if err := s.dir.Rename(temp, s.base); err != nil {
		// It may have happened all the same: the number is used up.
		_ = s.dir.Remove(temp)
		s.generation = r.Generation
		return fmt.Errorf("save: rename: %w", err)
	}
	s.generation, s.linked = r.Generation, false
	if err := s.dir.Sync(); err != nil {
		return fmt.Errorf("save: sync of the folder: %w", err)
	}
	s.unsynced = false
	return nil
}

// keepPrevious makes the newest generation the previous one, too.
func (s *Store) keepPrevious() error {
	if s.unsynced {
		if err := s.dir.Sync(); err != nil {
			return fmt.Errorf("sync of the folder: %w", err)
		}
		s.unsynced = false
	}
	if s.generation == 0 || s.linked {
		return nil
	}
	previous := s.base + previousSuffix
	temp := previous + tempSuffix
	err := s.dir.Link(s.base, temp)
	if errors.Is(err, fs.ErrExist) { // of a save that failed
		_ = s.dir.Remove(temp)
		err = s.dir.Link(s.base, temp)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		err = s.copyTo(temp)
	}
	if errors.Is(err, fs.ErrNotExist) {
		if _, gone := s.dir.Lstat(s.base); errors.Is(gone, fs.ErrNotExist) {
			return nil // somebody removed it; there is nothing to keep
		}
	}
	if err != nil {
		return fmt.Errorf("second name: %w", err)
	}
	if err := s.dir.Rename(temp, previous); err != nil {
		_ = s.dir.Remove(temp)
		return fmt.Errorf("rename: %w", err)
	}
	s.linked = true
	return nil
}

// copyTo copies the newest generation to a file of another name.
func (s *Store) copyTo(name string) error {
	from, err := s.dir.Open(s.base)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	return s.put(name, func(w io.Writer) error {
		_, err := io.Copy(w, from)
		return err
	})
}

// put makes a file with what fill writes, durably. Nothing of that name is left
// when it fails.
func (s *Store) put(name string, fill func(io.Writer) error) error {
	f, err := s.dir.Create(name)
	if errors.Is(err, fs.ErrExist) { // of a save that failed
		_ = s.dir.Remove(name)
		f, err = s.dir.Create(name)
	}
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = s.dir.Remove(name)
	}
	return err
}
