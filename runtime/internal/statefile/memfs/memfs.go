// Package memfs is a file system in memory for tests and simulations of
// statefile. It knows which content and which names are durable, can fail or
// stop at any call, and can be looked at as it would be after a loss of power.
package memfs

import (
	"errors"
	"io/fs"
	"sync"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

// ErrKilled is what every call returns, without doing anything, after a fault
// that killed the process.
var ErrKilled = errors.New("memfs: the process was killed")

// Fault is what becomes of a call. The zero value lets it pass.
type Fault struct {
	Err  error // what it returns, having done nothing
	Done bool  // with Err: it has done its work all the same; half of it, if it is a write
	Kill bool  // the process ends right before it
}

// FS is a file system with one folder, /.
type FS struct {
	// Folder describes the folder. The zero value is one that is fine.
	Folder statefile.Info

	mu      sync.Mutex
	hook    func(call, name string) Fault
	killed  bool
	names   map[string]*node
	durable map[string]*node
	pending []change // since the last sync of the folder
	locks   map[string]bool
}

// node is a file.
type node struct {
	data, durable []byte
	synced        bool // data is durable
	info          statefile.Info
}

// change is an operation on names that is not durable yet: from is a name no
// more, to is one of node. Each may be "".
type change struct {
	from, to string
	node     *node
}

// New returns an empty file system.
func New() *FS {
	return &FS{names: map[string]*node{}, durable: map[string]*node{}, locks: map[string]bool{}}
}

// Intercept makes f ask hook before each call from now on, but those that
// describe or close something. The calls are named open, create, read, write,
// fsync, link, rename, remove, dirsync, lock. Nil lets all calls pass.
func (f *FS) Intercept(hook func(call, name string) Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook = hook
}

// before asks the hook. Only when skip is false does the call do its work.
func (f *FS) before(call, name string) (skip bool, err error) {
	f.mu.Lock()
	hook := f.hook
	f.mu.Unlock()
	var fault Fault
	if hook != nil {
		fault = hook(call, name) // it may wait, so without the lock
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.killed = f.killed || fault.Kill
	if f.killed {
		return true, ErrKilled
	}
	return fault.Err != nil && !fault.Done, fault.Err
}

// do is the frame of a call: work runs unless a fault prevents it.
func (f *FS) do(call, name string, work func() error) error {
	skip, fault := f.before(call, name)
	if skip {
		return &fs.PathError{Op: call, Path: name, Err: fault}
	}
	f.mu.Lock()
	err := work()
	f.mu.Unlock()
	if fault != nil {
		err = fault
	}
	if err != nil {
		return &fs.PathError{Op: call, Path: name, Err: err}
	}
	return nil
}

// OpenDir implements statefile.FS.
func (f *FS) OpenDir(path string) (statefile.Dir, error) {
	if path != "/" {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return dir{f}, nil
}

// Names returns the names of all files.
func (f *FS) Names() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]int{}
	for name, n := range f.names {
		all[name] = len(n.data)
	}
	return all
}

// Put makes a file, durably, with the given content. A mode of 0 means 0o600.
func (f *FS) Put(name string, data []byte, mode fs.FileMode) {
	if mode == 0 {
		mode = 0o600
	}
	n := &node{data: data, durable: data, synced: true, info: statefile.Info{Mode: mode}}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names[name], f.durable[name] = n, n
}

// Chown gives a file to another user; the process is user 0.
func (f *FS) Chown(name string, owner int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names[name].info.Owner = owner
}

// Get returns the content of a file, nil when there is none.
func (f *FS) Get(name string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := f.names[name]; n != nil {
		return n.data
	}
	return nil
}
