package steadytest

import (
	"errors"

	"github.com/steadytop/steadytop/runtime/internal/sim"
	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// disk is where the states of a simulated graph are saved: folders in memory. It
// is a statefile.FS.
type disk struct {
	w       *sim.World
	folders map[string]*memfs.FS
	calls   int                  // so far
	fails   func(call int) error // whether one does; nil when none does
}

var errDisk = errors.New("injected error of the disk")

// OpenDir implements statefile.FS. Whatever folder is asked for is there.
func (d *disk) OpenDir(path string) (statefile.Dir, error) {
	f := d.folders[path]
	if f == nil {
		f = memfs.New()
		d.folders[path] = f
	}
	f.Intercept(func(string, string) memfs.Fault {
		d.w.Pause() // a call takes its time
		d.calls++
		if d.fails == nil {
			return memfs.Fault{}
		}
		return memfs.Fault{Err: d.fails(d.calls), Done: d.calls%2 == 0}
	})
	return f.OpenDir("/")
}

// crash ends the disk as it is, and returns what another process would find:
// after a kill everything that was written, after a loss of power of what was
// not made durable a part that depends on luck.
func (d *disk) crash(power bool, luck uint64) *disk {
	next := &disk{folders: map[string]*memfs.FS{}}
	for path, f := range d.folders {
		if power {
			next.folders[path] = f.PowerLost(luck, memfs.Loss(luck%uint64(memfs.NumLosses)))
		} else {
			next.folders[path] = f.Killed()
		}
		f.Intercept(func(string, string) memfs.Fault { return memfs.Fault{Kill: true} })
	}
	return next
}
