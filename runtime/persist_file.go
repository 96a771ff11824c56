package steady

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/origin"
	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

var (
	errGivenUp    = errors.New("the graph has given up waiting for the actor")
	errExitedSave = errors.New("the encoder called runtime.Goexit")
	errLate       = errors.New("the disk has not answered in time; the save may still happen")
)

// The pauses after a save that failed: they double.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 30 * time.Second
)

// unknown is the number of no value.
const unknown = math.MaxUint64

// lifeStage says how much longer there will be something to save.
type lifeStage int8

const (
	notTried   lifeStage = iota - 1
	ownerRuns            // more values will come
	ownerEnded           // the value is final
	graphOver            // this is the last chance
)

// stateFile saves the values of one State.
type stateFile struct {
	name       string
	path       string
	typ        string
	sync       Sync
	orPrevious bool
	encoding   statefile.Encoding
	encode     func() (b []byte, version uint64, err error) // of the newest value
	saver      *saver
	store      *statefile.Store // only for whoever has set saving
	glimpse    *glimpse         // what AtStart has seen before the start; nil if nobody has asked

	took   atomic.Bool // the newest value that was handed over was taken for a save; stored with mu held
	mu     park.Mutex  // guards what follows; never held across a wait or a call of the store
	handed uint64      // number of the newest value of a finished iteration
	saved  uint64      // number of the value on disk, or unknown
	saving bool        // somebody uses the store
	ended  bool        // the owner has
	closed bool        // no value comes after this one
	begun  time.Duration
	tried  lifeStage // at which the last save failed; notTried when it did not
	fails  int       // in a row
	retry  time.Duration
	err    *StateError // of the last save; nil when it succeeded
	disk   telemetry.StateDetail
}

func newStateFile(i *stateInfo, encoding statefile.Encoding, encode func() ([]byte, uint64, error)) *stateFile {
	p := i.persist
	path, err := absolute(p.file)
	if err != nil {
		i.g.mistake("state %q: %w", i.name, err)
	}
	f := &stateFile{
		name: i.name, typ: i.typ, path: path, sync: p.sync, orPrevious: p.orPrevious,
		encoding: encoding, encode: encode,
		begun: -p.sync.interval(), tried: notTried,
	}
	f.took.Store(true)
	i.file = f
	return f
}

func (f *stateFile) options(g *Graph) statefile.Options {
	return statefile.Options{
		FS: g.files, Path: f.path, Name: f.name, Type: f.typ, Encoding: f.encoding, OrPrevious: f.orPrevious,
	}
}

// open locks the file and loads what it holds.
func (f *stateFile) open(g *Graph, s anyState) error {
	store, found, err := statefile.Open(f.options(g))
	if err != nil {
		return f.failed("load", err)
	}
	log, alarm := g.logger().With("state", f.name, "file", f.path), g.alarm().With("state", f.name, "file", f.path)
	if found.Warning != "" {
		alarm.Error("state file damaged", "problem", found.Warning)
	}
	if found.Record != nil {
		warning, err := s.restore(found.Payload)
		if err != nil {
			_ = store.Close()
			return f.failed("load", err)
		}
		if warning != "" {
			alarm.Warn("state does not fit its type", "problem", warning)
		}
		f.disk.Generation, f.disk.Saved = found.Generation, found.Saved
		log.Info("state loaded", "generation", found.Generation, "saved", found.Saved)
	}
	if err := f.glimpse.differs(f.disk.Generation); err != nil {
		_ = store.Close()
		return f.failed("load", err)
	}
	f.disk.Error = found.Warning
	f.store = store
	return nil
}

func (f *stateFile) failed(op string, err error) *StateError {
	return &StateError{Name: f.name, File: f.path, Op: op, Err: err}
}

// changed notes the number of a new value and reports whether the saver has to
// be woken for it: when it sleeps without a time set for this file. f.mu is held.
func (f *stateFile) changed(version uint64) bool {
	clean := f.handed == f.saved
	f.handed = version
	return clean && f.sync >= 0 && !f.saving
}

// end says that the owner has ended.
func (f *stateFile) end() {
	f.mu.Lock()
	f.ended = true
	wake := f.handed != f.saved
	f.mu.Unlock()
	if wake {
		f.saver.parker.Wake()
	}
}

// stage says where the file is in its life. f.mu is held.
func (f *stateFile) stage() lifeStage {
	switch {
	case f.closed:
		return graphOver
	case f.ended:
		return ownerEnded
	default:
		return ownerRuns
	}
}

// next says what the saver has to do: save now, or at a later time, or, with
// noTime, not before it is woken. busy is true while somebody saves.
func (f *stateFile) next(now time.Duration) (due bool, at time.Duration, busy bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at = noTime
	stage := f.stage()
	switch {
	case f.saving:
		return false, noTime, true
	case f.handed == f.saved:
	case stage > f.tried:
		if stage > ownerRuns {
			at = now
		} else if f.sync >= 0 {
			at = f.due()
		}
	case stage < graphOver && (f.sync >= 0 || stage > ownerRuns):
		at = f.retry
	}
	return at <= now, at, false
}

// due is when the next change is to be saved; the longest interval there is has no
// end. f.mu is held.
func (f *stateFile) due() time.Duration {
	if f.begun < 0 {
		return 0 // nothing was saved yet
	}
	return later(f.begun, f.sync.interval())
}

// begin takes the right to save; false means that it can not be had.
func (f *stateFile) begin(now time.Duration, last bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.saving || f.closed && !last {
		return false
	}
	f.saving, f.begun = true, now
	return true
}

// save saves the newest value. The caller has begun. It gives the right back, even
// if the encoder, which is code of the user, ends the goroutine.
func (f *stateFile) save(g *Graph) error {
	ended := false
	defer func() {
		if !ended {
			_ = f.settle(g, 0, fmt.Errorf("%w (%s)", errExitedSave, origin.Here()))
		}
	}()
	b, version, err := f.encode()
	if err == nil {
		err = f.store.Save(b, time.Now())
	}
	ended = true
	return f.settle(g, version, err)
}

// settle notes how a save has ended.
func (f *stateFile) settle(g *Graph, version uint64, err error) error {
	now := g.sched.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saving = false
	if err != nil {
		if !f.store.Settled() {
			f.saved = unknown
		}
		f.fails++
		f.tried = f.stage()
		f.retry = later(now, min(firstRetry<<min(f.fails-1, 20), lastRetry))
		f.err = f.failed("save", err)
		return f.err
	}
	f.saved, f.fails, f.tried, f.err = version, 0, notTried, nil
	f.disk.Generation, f.disk.Saved, f.disk.Error = f.store.Generation(), time.Now(), ""
	return nil
}

// close lets no value come after the ones that are here.
func (f *stateFile) close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
}

// isClosed reports whether close was called.
func (f *stateFile) isClosed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.closed
}

// problem returns why the newest value is not on disk; nil when it is.
func (f *stateFile) problem() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.handed == f.saved:
		return nil
	case f.err == nil || f.saving:
		return f.failed("save", errLate)
	default:
		return f.err
	}
}

// describe fills in what telemetry shows.
func (f *stateFile) describe(d *telemetry.StateDetail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d.File, d.Sync = f.path, f.sync.String()
	d.Generation, d.Saved, d.Error = f.disk.Generation, f.disk.Saved, f.disk.Error
	d.Unsaved = f.handed != f.saved
	if f.err != nil {
		d.Error = f.err.Err.Error()
	}
}
