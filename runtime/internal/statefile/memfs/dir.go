package memfs

import (
	"io"
	"io/fs"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

// dir is the one folder.
type dir struct{ f *FS }

// Info implements statefile.Dir.
func (d dir) Info() (statefile.Info, error) {
	if d.f.Folder.Mode == 0 {
		return statefile.Info{Mode: fs.ModeDir | 0o755}, nil
	}
	return d.f.Folder, nil
}

// Lstat implements statefile.Dir.
func (d dir) Lstat(name string) (statefile.Info, error) {
	d.f.mu.Lock()
	defer d.f.mu.Unlock()
	n := d.f.names[name]
	if n == nil {
		return statefile.Info{}, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
	}
	return n.describe(), nil
}

func (n *node) describe() statefile.Info {
	i := n.info
	i.Size = int64(len(n.data))
	return i
}

// Open implements statefile.Dir.
func (d dir) Open(name string) (statefile.File, error) {
	var n *node
	err := d.f.do("open", name, func() error {
		if n = d.f.names[name]; n == nil {
			return fs.ErrNotExist
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &file{f: d.f, n: n, name: name}, nil
}

// Create implements statefile.Dir.
func (d dir) Create(name string) (statefile.File, error) {
	n := &node{info: statefile.Info{Mode: 0o600}}
	if err := d.f.do("create", name, func() error { return d.f.enter(name, n) }); err != nil {
		return nil, err
	}
	return &file{f: d.f, n: n, name: name}, nil
}

// enter gives a node a name.
func (f *FS) enter(name string, n *node) error {
	if f.names[name] != nil {
		return fs.ErrExist
	}
	f.change(change{to: name, node: n})
	return nil
}

// change is done now, and durable after the next sync of the folder.
func (f *FS) change(c change) {
	c.apply(f.names)
	f.pending = append(f.pending, c)
}

// apply does the change in one step.
func (c change) apply(names map[string]*node) {
	delete(names, c.from)
	if c.to != "" {
		names[c.to] = c.node
	}
}

// Link implements statefile.Dir.
func (d dir) Link(oldname, newname string) error {
	return d.f.do("link", newname, func() error {
		n := d.f.names[oldname]
		if n == nil {
			return fs.ErrNotExist
		}
		return d.f.enter(newname, n)
	})
}

// Rename implements statefile.Dir.
func (d dir) Rename(oldname, newname string) error {
	return d.f.do("rename", newname, func() error { return d.f.move(oldname, newname) })
}

// Remove implements statefile.Dir.
func (d dir) Remove(name string) error {
	return d.f.do("remove", name, func() error { return d.f.move(name, "") })
}

func (f *FS) move(from, to string) error {
	n := f.names[from]
	if n == nil {
		return fs.ErrNotExist
	}
	if n != f.names[to] { // a rename onto another name of the same file does nothing
		f.change(change{from: from, to: to, node: n})
	}
	return nil
}

// Sync implements statefile.Dir.
func (d dir) Sync() error {
	return d.f.do("dirsync", "/", func() error {
		for _, c := range d.f.pending {
			c.apply(d.f.durable)
		}
		d.f.pending = nil
		return nil
	})
}

// Close implements statefile.Dir.
func (d dir) Close() error { return nil }

// Lock implements statefile.Dir.
func (d dir) Lock(name string) (statefile.Lock, error) {
	err := d.f.do("lock", name, func() error {
		if d.f.locks[name] {
			return &statefile.LockedError{Name: name, PID: 1}
		}
		d.f.locks[name] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return lock{d.f, name}, nil
}

type lock struct {
	f    *FS
	name string
}

// Release implements statefile.Lock.
func (l lock) Release() error {
	l.f.mu.Lock()
	defer l.f.mu.Unlock()
	delete(l.f.locks, l.name)
	return nil
}

// file is an open file.
type file struct {
	f    *FS
	n    *node
	name string
	at   int
}

// Info implements statefile.File.
func (o *file) Info() (statefile.Info, error) {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	return o.n.describe(), nil
}

// Read implements io.Reader.
func (o *file) Read(p []byte) (n int, err error) {
	err = o.f.do("read", o.name, func() error {
		if n = copy(p, o.n.data[o.at:]); n == 0 && len(p) > 0 {
			return io.EOF
		}
		o.at += n
		return nil
	})
	if pe, ok := err.(*fs.PathError); ok && pe.Err == io.EOF {
		err = io.EOF
	}
	return n, err
}

// Write implements io.Writer. A fault that is Done has written half.
func (o *file) Write(p []byte) (int, error) {
	skip, fault := o.f.before("write", o.name)
	if skip {
		return 0, &fs.PathError{Op: "write", Path: o.name, Err: fault}
	}
	n := len(p)
	if fault != nil {
		n /= 2
	}
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	o.n.data, o.n.synced = append(o.n.data[:len(o.n.data):len(o.n.data)], p[:n]...), false
	return n, fault
}

// Sync implements statefile.File.
func (o *file) Sync() error {
	return o.f.do("fsync", o.name, func() error {
		o.n.durable, o.n.synced = o.n.data, true
		return nil
	})
}

// Close implements io.Closer.
func (o *file) Close() error { return nil }
