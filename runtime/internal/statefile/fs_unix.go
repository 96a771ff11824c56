//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package statefile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// System is the file system of the operating system.
var System FS = system{}

type system struct{}

// OpenDir implements FS.
func (system) OpenDir(path string) (Dir, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return &folder{f: os.NewFile(uintptr(fd), path)}, nil
}

// folder holds a folder open, so that all names are looked up in that very one.
//
// It also holds one descriptor more than it needs, that of the last file it
// made. When the process has used up its descriptors, that one is given back to
// make the next file, so saving works on. A second descriptor of the folder
// stands in while there is no such file.
type folder struct {
	f       *os.File
	reserve *os.File
}

func (d *folder) at(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// open opens a file of the folder, never through a symbolic link, and without
// waiting for the other end of a pipe.
func (d *folder) open(name string, flags int) (*os.File, error) {
	flags |= unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	for {
		fd, err := unix.Openat(int(d.f.Fd()), name, flags, 0o600)
		switch {
		case err == nil:
			_ = unix.SetNonblock(fd, false) // so that the file needs no poller, and its descriptors
			return os.NewFile(uintptr(fd), name), nil
		case errors.Is(err, unix.EINTR):
		case (errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE)) && d.reserve != nil:
			d.keep(nil)
		default:
			return nil, d.at("open", name, err)
		}
	}
}

// keep makes f the reserve and closes the one before.
func (d *folder) keep(f *os.File) {
	if d.reserve != nil {
		_ = d.reserve.Close() // it was closed as far as its user can tell
	}
	d.reserve = f
}

// restock makes sure that there is a reserve, if a descriptor can be had.
func (d *folder) restock() {
	if d.reserve != nil {
		return
	}
	if fd, err := unix.FcntlInt(d.f.Fd(), unix.F_DUPFD_CLOEXEC, 0); err == nil {
		d.reserve = os.NewFile(uintptr(fd), "reserve")
	}
}

// Info implements Dir.
func (d *folder) Info() (Info, error) { return info(d.f) }

// Lstat implements Dir.
func (d *folder) Lstat(name string) (Info, error) {
	var st unix.Stat_t
	if err := unix.Fstatat(int(d.f.Fd()), name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return Info{}, d.at("stat", name, err)
	}
	return infoOf(&st), nil
}

// Open implements Dir.
func (d *folder) Open(name string) (File, error) {
	f, err := d.open(name, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return &file{File: f}, nil
}

// Create implements Dir.
func (d *folder) Create(name string) (File, error) {
	f, err := d.open(name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL)
	if err != nil {
		return nil, err
	}
	return &file{File: f, d: d}, nil
}

// Link implements Dir.
func (d *folder) Link(oldname, newname string) error {
	fd := int(d.f.Fd())
	err := unix.Linkat(fd, oldname, fd, newname, 0)
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EMLINK) {
		err = errors.Join(errors.ErrUnsupported, err) // how FAT and full inodes say it
	}
	return d.at("link", newname, err)
}

// Rename implements Dir.
func (d *folder) Rename(oldname, newname string) error {
	fd := int(d.f.Fd())
	return d.at("rename", newname, unix.Renameat(fd, oldname, fd, newname))
}

// Remove implements Dir.
func (d *folder) Remove(name string) error {
	return d.at("remove", name, unix.Unlinkat(int(d.f.Fd()), name, 0))
}

// Sync implements Dir.
func (d *folder) Sync() error { return d.f.Sync() }

// Close implements Dir.
func (d *folder) Close() error {
	d.keep(nil)
	return d.f.Close()
}

// file is an open file. Close of one that was made keeps its descriptor as the
// reserve of the folder.
type file struct {
	*os.File
	d      *folder // nil when it was not made
	synced bool
}

// Info implements File.
func (f *file) Info() (Info, error) { return info(f.File) }

// Sync implements File.
func (f *file) Sync() error {
	err := f.File.Sync()
	f.synced = err == nil
	return err
}

// Close implements io.Closer. A file that failed is closed at once: it will be
// removed, and its blocks must become free.
func (f *file) Close() error {
	if f.synced && f.d != nil {
		f.d.keep(f.File)
		return nil
	}
	err := f.File.Close()
	if f.d != nil {
		f.d.restock()
	}
	return err
}

func info(f *os.File) (Info, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return Info{}, &fs.PathError{Op: "stat", Path: f.Name(), Err: err}
	}
	return infoOf(&st), nil
}

func infoOf(st *unix.Stat_t) Info {
	mode := fs.FileMode(st.Mode & 0o777)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFDIR:
		mode |= fs.ModeDir
	case unix.S_IFLNK:
		mode |= fs.ModeSymlink
	case unix.S_IFIFO:
		mode |= fs.ModeNamedPipe
	case unix.S_IFSOCK:
		mode |= fs.ModeSocket
	default:
		mode |= fs.ModeDevice
	}
	if st.Mode&unix.S_ISVTX != 0 {
		mode |= fs.ModeSticky
	}
	return Info{
		Mode: mode, Size: st.Size, Owner: int(st.Uid), Self: os.Geteuid(),
	}
}
