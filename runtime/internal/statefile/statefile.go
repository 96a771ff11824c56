// Package statefile keeps one value in a file so that, whenever the process or
// the machine stops, the file holds the value of before or the one of after,
// and so that damage to the file is always noticed.
//
// # Files
//
// A value with path p has these files in one folder:
//
//	p          the newest generation
//	p.1        the generation before it
//	p.lock     locked by the process that uses p; holds its process id
//	p.tmp      a generation that is being written
//	p.1.tmp    a second name of p on its way to p.1
//	p.damaged  what was p, when Options.OrPrevious let a damaged p go
//
// A save writes p.tmp, makes it durable (fsync), gives p the second name p.1.tmp,
// renames that to p.1, renames p.tmp to p, and makes the folder durable. A
// rename is atomic, and p always names a whole generation: the old one until
// the second rename, the new one after it. So whatever part of a save
// happens, p is whole, and no order among the renames is needed for that. A
// generation is made p.1 only after it is durable as p: Open makes the folder
// durable before it returns what it loaded, and so does a save after one that
// failed. Where the file system knows no second names, p.1.tmp is a copy.
//
// What a save that was cut short leaves behind is p.tmp and p.1.tmp, which Open
// removes, and p.1 as a second name of p. Anything else (p is damaged, p is
// missing while p.1 is there, p.1 is newer than p) cannot come from here, so it
// is an error that names both generations, and nothing is changed. Only damage
// to p.1 alone is no error, since nothing is lost: it is reported as a warning.
//
// # Format
//
// All numbers are little-endian.
//
//	offset  size  what
//	     0     8  magic: 0x89 's' 't' 'e' 'a' 'd' 'y' 0x0a
//	     8     2  version of the format: 1
//	    10     2  encoding of the payload: 1 JSON, 2 MarshalBinary of the type
//	    12     2  length n of the name
//	    14     2  length t of the type
//	    16     8  generation: 1 for the first, one more for each that follows
//	    24     8  wall clock of the save, nanoseconds since 1970
//	    32     8  length l of the payload, at most 1 GiB
//	    40     n  name of the state
//	  40+n     t  Go type of the value, for messages only
//	40+n+t     l  payload
//	   end     4  CRC-32C (Castagnoli) of everything before it
//
// The file ends there: one that is longer or shorter is damaged.
package statefile

import "errors"

// ErrDamaged is part of every error about content that no save has written.
var ErrDamaged = errors.New("damaged")

// Names of the files beside the one of the value.
const (
	previousSuffix = ".1"
	lockSuffix     = ".lock"
	tempSuffix     = ".tmp"
	damagedSuffix  = ".damaged"
)

// Paths lists the files that a value with the given path may have.
func Paths(path string) []string {
	previous := path + previousSuffix
	return []string{path, previous, path + lockSuffix, path + tempSuffix, previous + tempSuffix, path + damagedSuffix}
}

// Options says which value is kept where.
type Options struct {
	FS       FS       // nil means that of the system
	Path     string   // absolute
	Name     string   // of the state: part of the file, must match
	Type     string   // of the value: for messages
	Encoding Encoding // of the payload: must match

	// OrPrevious makes Open go on with the generation before when the newest is
	// damaged or missing, with a warning. The damaged file is kept.
	OrPrevious bool
}

// Store keeps one value. It is used by one goroutine at a time.
type Store struct {
	o    Options
	dir  Dir
	lock Lock
	base string // last element of the path

	generation uint64 // of base; 0 when there is none
	linked     bool   // base.1 is that generation, too, so it need not become that
	unsynced   bool   // base may not be durable
}

// Generation returns the number of the newest generation that may be on disk;
// 0 means that nothing was ever saved.
func (s *Store) Generation() uint64 { return s.generation }

// Settled reports whether it is certain which generation is on disk. It is not
// after a Save that failed late.
func (s *Store) Settled() bool { return !s.unsynced }

// Close gives the lock up. What was saved stays.
func (s *Store) Close() error {
	return errors.Join(s.lock.Release(), s.dir.Close())
}
