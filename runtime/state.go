package steady

import (
	"reflect"

	"github.com/steadytop/steadytop/runtime/internal/statefile/codec"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// State is a value that an actor keeps for longer than its locals, which end
// with each restart. It belongs to one actor, the one among whose options it
// stands, and lives as long as the graph, or on disk for ever with [Persist].
//
// Set is part of the iteration: when the actor fails, the value goes back to
// what it was at the last boundary, together with the ports, and the restarted
// actor finds that. So a count in a State agrees with the messages that were
// taken, whatever happens.
//
// Values are treated as immutable. What was passed to Set, or came from Get,
// must not be changed after that, be it through a pointer, a map or a slice:
// make a new one and Set it. Otherwise it could neither be taken back nor be
// saved while the actor goes on.
type State[T any] struct {
	value  T
	before T      // the value at the last boundary, while tick is that of the actor
	tick   uint64 // of the iteration that called Set last; 0 when it was rolled back
	a      *Actor
	first  T // the value at the start

	// Each value has a number that is never used again, so that two are the same
	// when their numbers are.
	version, versionBefore uint64
	sets                   uint64 // the last number given out
	handed                 uint64 // the number of what is in slot
	always, owed           bool   // SyncAlways; a value was set and is not saved

	about *stateInfo
	file  *stateFile // nil without Persist
	slot  T          // newest value of a finished iteration; guarded by file.mu
	codec codec.Codec[T]
}

// StateOption configures one State. The only one is Persist.
type StateOption interface{ applyState(*stateInfo) }

// NewState adds a state to g with the value that it has at first. The name must
// be unique within the graph. The state is an option of the actor that owns it:
//
//	seen := steady.NewState(g, "seen", 0, steady.Persist("seen.state"))
//	steady.Sink(g, "counter", in, count, seen)
func NewState[T any](g *Graph, name string, initial T, opts ...StateOption) *State[T] {
	g.build("NewState", name)
	s := &State[T]{value: initial, first: initial, about: &stateInfo{g: g, name: name, typ: reflect.TypeFor[T]().String()}}
	if name == "" {
		g.mistake("state %d has no name", len(g.states))
	}
	for _, o := range opts {
		if o == nil {
			g.mistake("state %q: an option is nil", name)
			continue
		}
		o.applyState(s.about)
	}
	for _, err := range s.about.wrong {
		g.mistake("state %q: %w", name, err)
	}
	if p := s.about.persist; p != nil {
		var err error
		if s.codec, err = codec.New[T](); err != nil {
			g.mistake("state %q can not be saved: %w", name, err)
		}
		s.file = newStateFile(s.about, s.codec.Encoding, s.encode)
		if err != nil {
			s.file.glimpse = &glimpse{err: err} // there is nothing to look at
		}
		s.slot = initial
		s.always = p.sync == SyncAlways
	}
	g.states = append(g.states, s)
	return s
}

// Get returns the value: what this iteration has Set, else that of the last
// boundary. It is for the body of the owner, on its goroutine, and for anyone
// before the graph runs and after Run or Serve has returned. What was persisted
// is loaded by the start: before that, and for other actors, there is AtStart.
func (s *State[T]) Get() T { return s.value }

// AtStart returns the value with which the graph starts: that of the file, if the
// state is persisted and was saved before, else the one that was passed to
// NewState. It stays the same while the graph runs, so any goroutine may ask for
// it then: a source learns from it where another actor had come to when the
// process ended.
//
// Before the start, where it is for the goroutine that builds the graph, the first
// call reads the file. It waits for the disk, takes no lock and changes nothing: a
// graph that is built and never run leaves no trace. A file that cannot be used is
// the error of the start, with the same text; AtStart then returns what was passed
// to NewState. If another process has changed the file between AtStart and the
// start, the graph does not start either, with a *StateError that says so.
func (s *State[T]) AtStart() T {
	if f := s.file; f != nil && f.glimpse == nil && !s.about.g.started.Load() {
		f.peek(s.about.g, s)
	}
	return s.first
}

// Set sets the value, for the body of the owner, on its goroutine. It stands
// when the iteration does. It never waits and allocates nothing.
func (s *State[T]) Set(v T) {
	if s.a == nil || s.tick != s.a.tick {
		s.stage()
	}
	s.value = v
}

// stage begins a change.
//
//go:noinline
func (s *State[T]) stage() {
	s.before, s.versionBefore = s.value, s.version
	s.sets++
	s.version = s.sets
	if s.a == nil {
		return // Run will say that it has no owner
	}
	s.tick = s.a.tick
	if p := s.a.g.probe; p != nil {
		p.Set(s.a.id, s.about.name)
	}
	if s.always {
		s.owed = true
		s.a.checkAt.Store(0) // save at the boundary
	}
	if s.file != nil && s.file.took.Load() {
		s.a.checkAt.Store(0) // hand it over at the boundary
	}
}

// commit implements kept.
func (s *State[T]) commit(tick uint64) {
	switch {
	case s.file == nil:
	case s.always:
		s.commitAlways(tick)
	case s.tick == tick: // what the open iteration has set is not meant
		s.hand(s.before, s.versionBefore)
		if s.file.took.Load() {
			s.a.checkAt.Store(0) // it is waited for: the boundary that ends the iteration has to look
		}
	default:
		s.hand(s.value, s.version)
	}
}

// hand makes v what is to be saved. Who saves, now or after the graph has given
// up waiting for the actor, reads slot under the lock and nothing else of the
// State; a value is immutable, so it can be encoded while the actor goes on.
func (s *State[T]) hand(v T, version uint64) {
	if version == s.handed {
		return
	}
	s.handed = version
	f := s.file
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return
	}
	s.slot = v
	f.took.Store(false)
	wake := f.changed(version)
	f.mu.Unlock()
	if wake {
		f.saver.parker.Wake()
	}
}

// commitAlways saves what the iteration before tick has set, if it has, before
// anyone can see what it sent. When that fails, the iteration is not over, and
// fails: nothing happened since tick was counted up, so it can be counted down
// again, and all that bears the number of the iteration can be rolled back. If
// the body recovers instead, the iteration goes on, and is still to be saved.
func (s *State[T]) commitAlways(tick uint64) {
	if !s.owed {
		return
	}
	if s.tick == tick {
		s.a.checkAt.Store(0) // it is not over yet
		return
	}
	s.hand(s.value, s.version)
	if err := s.a.save(s.file); err != nil {
		s.a.tick--
		s.a.reopen()
		panic(&notSaved{err})
	}
	s.owed = false
}

// reopen makes all states of the iteration that could not be saved owed again.
func (a *Actor) reopen() {
	for _, k := range a.kept {
		k.reopen(a.tick)
	}
	a.checkAt.Store(0)
}

// reopen implements kept. The value may change without another call of stage,
// so what was handed over of it is not it any more.
func (s *State[T]) reopen(tick uint64) {
	if s.tick != tick {
		return
	}
	s.sets++
	s.version = s.sets
	s.owed = s.always
}

// rollback implements kept.
func (s *State[T]) rollback(tick uint64) {
	if s.tick != tick {
		return
	}
	s.value, s.version = s.before, s.versionBefore
	s.tick, s.owed = 0, false
	if s.file != nil && s.handed > s.version {
		s.hand(s.value, s.version) // another state of the actor could not be saved
	}
}

// changed implements kept.
func (s *State[T]) changed(tick uint64) bool { return s.tick == tick }

// end implements kept.
func (s *State[T]) end() {
	if s.file == nil {
		return
	}
	s.hand(s.value, s.version)
	s.file.end()
}

// encode turns the value in slot into bytes. The owner is asked for a newer one
// at its next boundary: it hands values over when it looks up, and that may be
// long after if its bodies have become slow. If it has none yet, its next Set
// asks.
func (s *State[T]) encode() ([]byte, uint64, error) {
	s.file.mu.Lock()
	v, version := s.slot, s.file.handed
	s.file.took.Store(true)
	s.file.mu.Unlock()
	s.a.checkAt.Store(0)
	b, err := s.codec.Encode(v)
	return b, version, err
}

// restore makes what was loaded the value, before the graph runs.
func (s *State[T]) restore(payload []byte) (warning string, err error) {
	v, warning, err := s.codec.Decode(payload)
	if err == nil {
		s.value, s.first, s.slot = v, v, v
	}
	return warning, err
}

// early reports whether the value was set before the graph ran.
func (s *State[T]) early() bool { return s.sets > 0 }

// info returns the untyped part.
func (s *State[T]) info() *stateInfo { return s.about }

// apply implements Option: the actor owns the state.
func (s *State[T]) apply(a *Actor) {
	if s == nil {
		a.g.mistake("actor %q: a State among its options is nil", a.name)
		return
	}
	if s.about.claim(a) {
		s.a = a
		a.kept = append(a.kept, s)
	}
}

// anyState is a State of any type.
type anyState interface {
	kept
	info() *stateInfo
	restore(payload []byte) (warning string, err error)
	early() bool
}

// detail describes the state for telemetry.
func (i *stateInfo) detail() telemetry.StateDetail {
	d := telemetry.StateDetail{Name: i.name, Type: i.typ}
	if i.file != nil {
		i.file.describe(&d)
	}
	return d
}
