//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package statefile

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Lock implements Dir with flock: the system gives the lock up when the process
// dies, and two holders in one process exclude each other, too. The file stays
// when the lock is given up, since another may be waiting on that very file.
func (d *folder) Lock(name string) (Lock, error) {
	f, err := d.open(name, unix.O_RDWR|unix.O_CREAT)
	if err != nil {
		return nil, err
	}
	if err := d.takeLock(f); err != nil {
		_ = f.Close()
		return nil, err
	}
	// For whoever comes in vain. The lock holds without it, on a full disk.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	d.restock()
	return &lock{f}, nil
}

func (d *folder) takeLock(f *os.File) error {
	i, err := info(f)
	if err != nil {
		return err
	}
	if err := trusted(i); err != nil {
		return fmt.Errorf("%s: %w", f.Name(), err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	for errors.Is(err, unix.EINTR) {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if errors.Is(err, unix.EWOULDBLOCK) {
		pid := holder(f)
		return &LockedError{Name: f.Name(), PID: pid, Self: pid == os.Getpid()}
	}
	if err != nil {
		return fmt.Errorf("flock: %w", err)
	}
	return nil
}

// holder reads who has the lock; 0 when that is not to be found out.
func holder(f *os.File) int {
	var buf [16]byte
	n, _ := f.ReadAt(buf[:], 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(buf[:n])))
	if err != nil {
		return 0
	}
	return pid
}

type lock struct{ f *os.File }

// Release implements Lock.
func (l *lock) Release() error {
	_ = l.f.Truncate(0) // nobody has it now
	return l.f.Close()
}
