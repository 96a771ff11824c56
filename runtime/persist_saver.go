package steady

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

const (
	// maxSaves is how many files are written at the same time by the saver.
	maxSaves = 8
	// lastSave is how long Serve waits for the last saves after the deadline.
	lastSave = 4 * time.Second
	// lastMoment is how long a process that is interrupted twice waits for them.
	lastMoment = 100 * time.Millisecond
	// noTime is a time that does not come.
	noTime = time.Duration(math.MaxInt64)
)

// saver decides when which State is saved. It sleeps on its parker until an
// actor hands over the first change since the last save, a save is over, or
// the time of one has come. Saves run on flows of their own, so that it never
// waits for a disk.
//
// No change is missed: whoever has one stores it under the lock of its file and
// then wakes; the saver arms its parker before it looks at the files.
type saver struct {
	g      *Graph
	parker *park.Parker
	files  []*stateFile
	timer  sched.Timer
	writes atomic.Int32  // saves under way
	over   atomic.Bool   // all actors have ended, or are not waited for any more
	gone   chan struct{} // closed when everything is saved and closed
}

func newSaver(g *Graph) *saver {
	return &saver{g: g, parker: g.sched.Parker(false), gone: make(chan struct{})}
}

func (s *saver) add(f *stateFile) {
	f.saver = s
	s.files = append(s.files, f)
}

// run is the flow of the saver.
func (s *saver) run() {
	for {
		s.parker.Arm()
		over := s.over.Load()
		park.Point()
		if over {
			for _, f := range s.files {
				f.close()
			}
		}
		at, busy := s.startDue()
		if over && at == noTime && !busy {
			s.parker.Cancel()
			break
		}
		if at == noTime {
			s.parker.Park()
			continue
		}
		s.sleepUntil(at)
	}
	if s.timer != nil {
		s.timer.Stop()
	}
	s.closeAll()
	park.Point()
	close(s.gone)
	s.g.main.Wake()
}

// startDue starts the saves whose time has come. It returns when the next one
// is due, and whether any is under way.
func (s *saver) startDue() (at time.Duration, busy bool) {
	at = noTime
	for _, f := range s.files {
		now := s.g.sched.Now()
		due, when, saving := f.next(now)
		busy = busy || saving
		switch {
		case !due:
			at = min(at, when)
		case s.writes.Load() >= maxSaves:
			busy = true // whose end wakes the saver
		default:
			busy = true
			if f.begin(now, true) { // else its owner was quicker
				s.writes.Add(1)
				s.g.sched.Spawn(func() { s.save(f) }, false)
			}
		}
	}
	return at, busy
}

// save is the flow of one save.
func (s *saver) save(f *stateFile) {
	defer func() { // an encoder may end the flow
		s.writes.Add(-1)
		s.parker.Wake()
	}()
	f.mu.Lock()
	failedBefore := f.err != nil
	f.mu.Unlock()
	switch err := f.save(s.g); {
	case err != nil:
		s.g.alarm().Error("state not saved", "state", f.name, "file", f.path, "error", err)
	case failedBefore:
		s.g.logger().Info("state saved again", "state", f.name, "file", f.path)
	}
}

func (s *saver) sleepUntil(at time.Duration) {
	d := at - s.g.sched.Now()
	switch {
	case d <= 0:
		s.parker.Cancel()
		return
	case s.timer == nil:
		s.timer = s.g.sched.AfterFunc(d, s.parker.Wake)
	default:
		s.timer.Reset(d)
	}
	s.parker.Park()
}

// closeAll closes the files. Nobody saves any more.
func (s *saver) closeAll() {
	for _, f := range s.files {
		if err := f.store.Close(); err != nil {
			s.g.alarm().Warn("state file not closed", "state", f.name, "file", f.path, "error", err)
		}
	}
}

// finishStates has everything saved that is left, and waits for it: until the
// deadline of the stop and a little longer, since a disk may never answer. What
// it did not wait for goes on by itself, and keeps the lock of its file.
func (g *Graph) finishStates() {
	s := g.saver
	if s == nil {
		return
	}
	now := g.sched.Now()
	g.mu.Lock()
	patience := g.graceTime()
	if g.grace != nil { // a stop was requested
		patience -= now - g.stopAt
	}
	g.mu.Unlock()
	var late atomic.Bool
	timer := g.sched.AfterFunc(later(max(patience, 0), lastSave), func() {
		late.Store(true)
		g.main.Wake()
	})
	s.over.Store(true)
	park.Point()
	s.parker.Wake()
	g.await(func() bool { return s.isGone() || late.Load() })
	timer.Stop()
}

func (s *saver) isGone() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

// saveNow has everything saved as of the last boundaries, for a process that is
// about to end whatever becomes of its actors. It waits for lastMoment at most.
func (g *Graph) saveNow() {
	if s := g.saver; s != nil {
		s.over.Store(true)
		s.parker.Wake()
		select {
		case <-s.gone:
		case <-time.After(lastMoment):
		}
	}
}

// stateErrors lists the states whose last value is not on disk.
func (g *Graph) stateErrors() (errs []error) {
	if g.saver == nil {
		return nil
	}
	for _, f := range g.saver.files {
		if err := f.problem(); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// save saves a State of the actor before the actor goes on; see SyncAlways. A
// troupe goes on meanwhile.
func (a *Actor) save(f *stateFile) (err error) {
	if !f.begin(a.g.sched.Now(), false) {
		return f.failed("save", errGivenUp)
	}
	a.enterState(telemetry.StateCall)
	if a.place.member != nil {
		a.elsewhere(func(context.Context) { err = f.save(a.g) })
	} else {
		err = f.save(a.g)
		a.resume()
	}
	if f.isClosed() {
		f.saver.parker.Wake() // it waits for the end of this save
	}
	return err
}
