package screen

import (
	"errors"
	"io"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Reasons why a Terminal cannot be had, or cannot do what was asked.
var (
	// ErrNotTerminal says that standard output, or both standard input and
	// /dev/tty, are no terminals.
	ErrNotTerminal = errors.New("not a terminal")
	// ErrDumb says that TERM names a terminal that cannot be painted on.
	ErrDumb = errors.New("the terminal cannot place its cursor (see TERM)")
	// ErrNoShell says that nobody could continue a suspended program.
	ErrNoShell = errors.New("no shell to come back from")

	errLost    = errors.New("the terminal is gone")
	errAborted = errors.New("given up")
)

// Options say how to take over a terminal. The zero value is ready to use.
type Options struct {
	In, Out *os.File                         // nil: standard input and output
	Lookup  func(name string) (string, bool) // the environment; nil: os.LookupEnv
	Modes   Modes                            // what to ask of the terminal
	ASCII   bool                             // draw with ASCII only
	Profile *Profile                         // how many colours; nil: by the environment
	NoSync  bool                             // no synchronised updates
	OnDeath func(Death)                      // see Death
	Probe   time.Duration                    // how long Open waits for the terminal's answers; 0: 50 ms, below zero: it does not ask
	Grace   time.Duration                    // how long OnDeath and the rest of the program have; 0: 700 ms
	exit    func(code int)                   // os.Exit
	stderr  io.Writer                        // where a panic is told
}

// Terminal owns the terminal of the process from Open to Close: raw mode,
// size, modes, painting, keys, suspending. Nothing else may write to it in
// between. Whatever ends the process, short of SIGKILL and fatal errors of the
// Go runtime, gives the terminal back first; see Death and Guard.
//
// All methods may be called from any goroutine; none waits for a slow
// terminal, except Suspend and Close, whose waits are bounded.
type Terminal struct {
	o    Options
	env  Environment
	tty  *tty
	keys *keyQueue

	// life is held while the terminal is taken over or given back.
	life       token
	suspending atomic.Bool
	dying      atomic.Bool
	closed     atomic.Bool
	active     atomic.Bool // taken over: painting is allowed
	reading    atomic.Bool // what is typed is ours
	back       time.Time   // when the last Suspend ended; guarded by life
	away       bool        // in the background without having been suspended; guarded by life
	done       chan struct{}
	running    sync.WaitGroup
	signals    chan os.Signal
	pipes      chan os.Signal // SIGPIPE, which is not wanted

	// writing holds a token while bytes go out; it also guards painter and buf.
	writing token
	painter *Painter
	buf     []byte

	kick    chan struct{} // something may be to paint
	changes chan struct{}
	probed  chan struct{} // closed when the terminal has answered for the first time
	settled chan struct{} // an answer came

	mu      sync.Mutex
	w, h    int
	glyphs  *GlyphSet
	ascii   bool // the terminal shows nothing but ASCII
	light   bool
	repaint bool // what the terminal shows is not known
	seq     uint64
	pending *Canvas // the newest frame that is not painted
	wanted  uint64  // its number
	last    *Canvas // the newest frame that is painted
	free    []*Canvas
	link    link
	asked   time.Time // when the questions of Open were asked, while the answer is due
}

// Open takes the terminal over. It fails with ErrNotTerminal or ErrDumb where
// a program should print lines instead.
func Open(o Options) (*Terminal, error) {
	o = o.withDefaults()
	t := &Terminal{
		o: o, env: ReadEnvironment(o.Lookup), glyphs: Unicode,
		done: make(chan struct{}), signals: make(chan os.Signal, 16), pipes: make(chan os.Signal, 1), writing: newToken(), life: newToken(),
		kick: make(chan struct{}, 1), changes: make(chan struct{}, 1), probed: make(chan struct{}), settled: make(chan struct{}, 1),
	}
	if t.env.Dumb {
		return nil, ErrDumb
	}
	if o.Profile != nil {
		t.env.Profile = *o.Profile
	}
	t.light = t.env.Light
	if t.ascii = o.ASCII || !t.env.UTF8; t.ascii {
		t.glyphs = ASCII
	}
	t.painter = NewPainter(PainterOptions{Profile: t.env.Profile, ASCII: t.ascii, NoSync: o.NoSync})
	var err error
	if t.tty, err = openTTY(o.In, o.Out); err != nil {
		return nil, err
	}
	t.keys = newKeyQueue(t.tty.reader.wake)
	t.watchSignals()
	t.life.take()
	err = t.enter()
	t.life.give()
	if err != nil {
		_ = t.Close()
		return nil, err
	}
	t.start(t.listen)
	t.start(t.paint)
	t.ask()
	return t, nil
}

func (o Options) withDefaults() Options {
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Lookup == nil {
		o.Lookup = os.LookupEnv
	}
	if o.Probe == 0 {
		o.Probe = 50 * time.Millisecond
	}
	if o.Grace == 0 {
		o.Grace = 700 * time.Millisecond
	}
	if o.exit == nil {
		o.exit = os.Exit
	}
	if o.stderr == nil {
		o.stderr = os.Stderr
	}
	return o
}

// Close gives the terminal back. It takes at most a second, also when nobody
// reads the terminal, and may be called more than once.
func (t *Terminal) Close() error {
	if !t.closed.CompareAndSwap(false, true) {
		return nil
	}
	mine := t.life.takeWithin(leaveWithin)
	if mine {
		t.leave(leaveWithin)
		t.life.give()
	} else {
		t.tty.cook()
	}
	close(t.done)
	t.stopSignals()
	t.keys.close()
	t.tty.reader.wake()
	t.tty.writer.wake()
	ended := make(chan struct{})
	go func() {
		t.running.Wait()
		close(ended)
	}()
	timer := time.NewTimer(leaveWithin / 4)
	defer timer.Stop()
	select {
	case <-ended:
		if mine {
			t.tty.close()
		}
	case <-timer.C: // a write blocks in the kernel; it keeps its descriptor
	}
	return nil
}

// start runs f under Guard; Close waits for it.
func (t *Terminal) start(f func()) {
	t.running.Add(1)
	go func() {
		defer t.running.Done()
		defer t.Guard()
		f()
	}()
}

// Size returns the size in cells.
func (t *Terminal) Size() (w, h int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.w, t.h
}

// Profile returns how many colours the terminal shows.
func (t *Terminal) Profile() Profile { return t.env.Profile }

// Light reports whether the terminal's background is light, as far as is known.
func (t *Terminal) Light() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.light
}

// Changes signals that the size, the glyph set or the background is another
// than before, or that the terminal is back after Suspend: draw again. Several
// changes may be one signal.
func (t *Terminal) Changes() <-chan struct{} { return t.changes }

// Input returns the keys as the terminal sends them, without the answers to
// the questions that the Terminal itself asks. Reading ends with io.EOF at
// Close. Nothing else may read standard input.
func (t *Terminal) Input() io.Reader { return t.keys }

// InputWithin returns how many bytes of input were read within the last d. A
// key that a person pressed on its own is one byte, or one escape sequence; a
// paste is more.
func (t *Terminal) InputWithin(d time.Duration) int {
	return t.keys.since(time.Now().Add(-d))
}

// Canvas returns a blank canvas of the terminal's size to draw the next frame
// into. It is to be given to Offer, or forgotten.
func (t *Terminal) Canvas() *Canvas {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.unused()
	c.SetGlyphs(t.glyphs)
	if w, h := c.Size(); w != t.w || h != t.h {
		c.Resize(t.w, t.h)
	} else {
		c.Clear(Style{})
	}
	return c
}

func (t *Terminal) unused() *Canvas {
	n := len(t.free)
	if n == 0 {
		return NewCanvas(t.w, t.h)
	}
	c := t.free[n-1]
	t.free = t.free[:n-1]
	return c
}

// recycle keeps c for a later frame; two are painted or waiting at a time.
func (t *Terminal) recycle(c *Canvas) {
	if c != nil && len(t.free) < 4 {
		t.free = append(t.free, c)
	}
}

// Offer hands over a frame to be painted as soon as the terminal takes it, and
// returns its number. It never waits: a frame that was not painted yet is
// replaced. c must not be used afterwards. Numbers grow by one.
func (t *Terminal) Offer(c *Canvas) uint64 {
	t.mu.Lock()
	if t.pending != t.last {
		t.recycle(t.pending)
	}
	t.seq++
	t.pending, t.wanted = c, t.seq
	seq := t.seq
	t.mu.Unlock()
	poke(t.kick)
	return seq
}

// ShownAt returns when the frame with number seq, or a newer one, was first
// known to be on the screen; ok is false as long as it is not. Where the
// terminal answers, that is its own word, which counts on a slow link; else it
// is the time at which the kernel took the last byte.
func (t *Terminal) ShownAt(seq uint64) (at time.Time, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.link.shownAt(seq)
}

// Redraw paints everything anew, for when something else wrote to the
// terminal.
func (t *Terminal) Redraw() {
	t.mu.Lock()
	t.redraw()
	t.mu.Unlock()
	poke(t.kick)
}

// redraw makes the newest frame be painted in full.
func (t *Terminal) redraw() {
	t.repaint = true
	if t.pending == nil {
		t.pending = t.last
	}
}

// resized takes over the size of the terminal.
func (t *Terminal) resized() {
	w, h, ok := t.tty.size()
	if !ok {
		// A serial line knows no size.
		w, h = t.number("COLUMNS", 80), t.number("LINES", 24)
	}
	w, h = min(w, maxColumns), min(h, maxRows)
	t.mu.Lock()
	changed := w != t.w || h != t.h
	if changed {
		t.w, t.h, t.repaint = w, h, true
	}
	t.mu.Unlock()
	if changed {
		poke(t.changes)
	}
}

// Whatever a terminal claims, the canvas stays within some megabytes.
const (
	maxColumns = 1000
	maxRows    = 500
)

func (t *Terminal) number(name string, other int) int {
	v, _ := t.o.Lookup(name)
	if n, err := strconv.Atoi(v); err == nil && n > 0 && n < 10000 {
		return n
	}
	return other
}

// poke signals without waiting.
func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
