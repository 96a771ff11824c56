package statefile

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// generation is what one of the two files holds.
type generation struct {
	path   string
	record *Record
	absent bool
	err    error // why there is no record, although there is a file
}

// String describes the generation in an error.
func (g *generation) String() string {
	switch {
	case g.absent:
		return g.path + " is missing"
	case g.err != nil:
		return fmt.Sprintf("%s can not be used: %v", g.path, g.err)
	default:
		return fmt.Sprintf("%s is whole: generation %d, saved %s", g.path, g.record.Generation, g.record.Saved.UTC().Format(time.RFC3339))
	}
}

// read reads one of the files.
func (s *Store) read(name string) *generation {
	g := &generation{path: s.beside(name)}
	g.record, g.err = s.readRecord(name)
	g.absent = errors.Is(g.err, fs.ErrNotExist)
	return g
}

func (s *Store) readRecord(name string) (*Record, error) {
	f, err := s.dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Info()
	if err != nil {
		return nil, err
	}
	if err := trusted(info); err != nil {
		return nil, err
	}
	r, err := Read(f, info.Size)
	if err != nil {
		return nil, err
	}
	if r.Name != s.o.Name {
		return nil, fmt.Errorf("it holds state %q, not %q: give each state its own file, or the state its old name", r.Name, s.o.Name)
	}
	if r.Encoding != s.o.Encoding {
		return nil, fmt.Errorf("it was saved (as %s) by %v, the type %s of now uses %v", r.Type, r.Encoding, s.o.Type, s.o.Encoding)
	}
	return r, nil
}

// choose decides which of the two generations counts. See the package
// documentation for what a save can leave behind; whatever else is found is an
// error. Neither has a record when there is no generation yet, and back is true
// when the newest one is lost and the previous one may take its place.
func choose(newest, previous *generation, orPrevious bool) (r *Record, back bool, err error) {
	switch {
	case newest.absent && previous.absent:
		return nil, false, nil
	case newest.record == nil:
		if orPrevious && previous.record != nil && (newest.absent || errors.Is(newest.err, ErrDamaged)) {
			return previous.record, true, nil
		}
		return nil, false, broken(newest, previous)
	case previous.record != nil && previous.record.Generation > newest.record.Generation:
		return nil, false, fmt.Errorf("%v, but %v, which is newer: move the one away that is not wanted", newest, previous)
	}
	return newest.record, false, nil
}

// load makes the generation that counts the one that the next save replaces.
func (s *Store) load() (Loaded, error) {
	newest, previous := s.read(s.base), s.read(s.base+previousSuffix)
	switch r, back, err := choose(newest, previous, s.o.OrPrevious); {
	case err != nil:
		return Loaded{}, err
	case back:
		return s.fallBack(newest, previous)
	case r == nil:
		return Loaded{}, nil
	}
	if err := s.dir.Sync(); err != nil {
		return Loaded{}, fmt.Errorf("%s: sync of the folder: %w", newest.path, err)
	}
	s.generation = newest.record.Generation
	s.linked = previous.record != nil && previous.record.Generation == newest.record.Generation
	l := Loaded{Record: newest.record}
	if previous.record == nil && !previous.absent {
		l.Warning = fmt.Sprintf("the generation before the newest is lost: %v", previous)
	}
	return l, nil
}

// fallBack goes on with the previous generation. It stays where it is until the
// second save from now, and the damaged one is kept under another name.
func (s *Store) fallBack(newest, previous *generation) (Loaded, error) {
	what := fmt.Sprintf("%v; went on with the generation before: %v", newest, previous)
	if !newest.absent {
		if err := s.dir.Rename(s.base, s.base+damagedSuffix); err != nil {
			return Loaded{}, fmt.Errorf("%v: move it away: %w", newest, err)
		}
		what += "; the damaged file is now " + s.beside(s.base+damagedSuffix)
	}
	s.generation = previous.record.Generation + 1 // at least that of the one that is lost
	return Loaded{Record: previous.record, Warning: what}, nil
}

// broken is the error for a newest generation that is not there or not whole.
func broken(newest, previous *generation) error {
	text := fmt.Sprintf("%v; %v; nothing was changed: ", newest, previous)
	if previous.record != nil {
		text += fmt.Sprintf("to go on with the generation before, mv %s %s; ", previous.path, newest.path)
	}
	text += "to start with the initial value, move both away"
	return &brokenError{text, errors.Join(newest.err, previous.err)}
}

// brokenError is a text that names its causes already.
type brokenError struct {
	text  string
	cause error
}

func (e *brokenError) Error() string { return e.text }

func (e *brokenError) Unwrap() error { return e.cause }
