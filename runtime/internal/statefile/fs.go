package statefile

import (
	"fmt"
	"io"
	"io/fs"
)

// FS is what this package needs of a file system. Tests and simulations put in
// one that fails, or that forgets what was not made durable.
type FS interface {
	// OpenDir opens a folder. It stays the same folder when it is moved.
	OpenDir(path string) (Dir, error)
}

// Dir is an open folder. Names are single elements.
type Dir interface {
	// Info describes the folder itself.
	Info() (Info, error)
	// Lstat describes a file, or the symbolic link if it is one.
	Lstat(name string) (Info, error)
	// Open opens a file for reading. It follows no symbolic link and does not
	// wait for the other end of a pipe.
	Open(name string) (File, error)
	// Create makes a file for writing that only its owner can open. It fails
	// with fs.ErrExist when there is anything of that name.
	Create(name string) (File, error)
	// Link gives a file a second name. An error that is errors.ErrUnsupported
	// means that the file system cannot do that.
	Link(oldname, newname string) error
	// Rename renames a file and replaces what had the new name.
	Rename(oldname, newname string) error
	// Remove removes a file.
	Remove(name string) error
	// Sync makes the names in the folder durable, as far as the system can.
	Sync() error
	// Lock takes the lock of that name, without waiting. A *LockedError says
	// that another has it.
	Lock(name string) (Lock, error)
	// Close ends the use of the folder.
	Close() error
}

// File is an open file.
type File interface {
	io.ReadWriteCloser
	// Info describes the file.
	Info() (Info, error)
	// Sync makes the content durable.
	Sync() error
}

// Lock is a lock that is held. The system takes it from a process that dies.
type Lock interface {
	// Release gives the lock up.
	Release() error
}

// Info describes a file.
type Info struct {
	Mode fs.FileMode // type and permissions
	Size int64
	// Owner and Self are the user ids of the file and of the process. Where the
	// system has none, both are 0.
	Owner, Self int
}

// LockedError says that a lock is taken.
type LockedError struct {
	Name string
	PID  int // of who has it; 0 when unknown
	Self bool
}

// Error implements error.
func (e *LockedError) Error() string {
	switch {
	case e.Self:
		return e.Name + " is locked: this process uses the file already, in another graph"
	case e.PID == 0:
		return e.Name + " is locked: another process uses the file; stop it, or give each its own file"
	default:
		return fmt.Sprintf("%s is locked: process %d uses the file; stop it, or give each its own file", e.Name, e.PID)
	}
}
