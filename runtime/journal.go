package steady

import (
	"context"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

const (
	// maxLines is how many lines wait for a logger that is slow.
	maxLines = 512
	// lastLines is how long Run and Serve wait for the logger at their end.
	lastLines = time.Second
)

// journal hands what the graph logs to the logger of the user, on a goroutine of
// its own that lives while there are lines. A logger is code of the user: it may
// block (a terminal after Ctrl-S, a pipe that nobody reads), panic, or ask the
// graph to stop. What logs here goes on: supervision, the saver, the second
// SIGINT. Lines keep their order and their time; those that find no room are
// counted, and told when there is.
type journal struct {
	inline bool // in a simulation one flow runs at a time, and that logs itself

	mu    sync.Mutex
	lines []line
	lost  int
	last  slog.Handler  // that a line was for
	idle  chan struct{} // closed when no line is left; nil when none is
	told  bool          // that the logger has panicked
}

// line is one that is to be logged.
type line struct {
	to     slog.Handler
	record slog.Record
}

// put is called from anywhere and does not wait.
func (j *journal) put(l line) {
	if j.inline {
		j.hand(l)
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = l.to
	if len(j.lines) >= maxLines {
		j.lost++
		return
	}
	j.lines = append(j.lines, l)
	if j.idle == nil {
		j.idle = make(chan struct{})
		go j.run()
	}
}

// run is the flow that hands lines over. A logger may end it with
// runtime.Goexit: the rest goes on on a new one.
func (j *journal) run() {
	over := false
	defer func() {
		if !over {
			go j.run()
		}
	}()
	for l, ok := j.next(); ok; l, ok = j.next() {
		j.hand(l)
	}
	over = true
}

// next takes a line; false means that there is none, and that the flow ends.
func (j *journal) next() (l line, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case len(j.lines) > 0:
		l, j.lines = j.lines[0], j.lines[1:]
	case j.lost > 0:
		l = line{j.last, slog.NewRecord(time.Now(), slog.LevelWarn, "the logger was too slow: lines are lost", 0)}
		l.record.AddAttrs(slog.Int("lines", j.lost))
		j.lost = 0
	default:
		j.lines = nil
		close(j.idle)
		j.idle = nil
		return l, false
	}
	return l, true
}

// hand gives a line to its logger. When that panics, the first time, it is told
// to the logger of the process.
func (j *journal) hand(l line) {
	v, stack := attempt(l)
	if v == nil || j.told {
		return
	}
	j.told = true
	r := slog.NewRecord(time.Now(), slog.LevelError, "the logger of the graph panicked", 0)
	r.AddAttrs(slog.Any("panic", v), slog.String("line", l.record.Message), slog.String("stack", string(stack)))
	_, _ = attempt(line{slog.Default().Handler(), r})
}

// attempt logs, and returns with what the logger panicked.
func attempt(l line) (v any, stack []byte) {
	defer func() {
		if v = recover(); v != nil {
			stack = debug.Stack()
		}
	}()
	if l.to.Enabled(context.Background(), l.record.Level) {
		_ = l.to.Handle(context.Background(), l.record) // there is nobody to tell
	}
	return nil, nil
}

// flush waits until all lines are handed over, for d at most.
func (j *journal) flush(d time.Duration) {
	j.mu.Lock()
	idle := j.idle
	j.mu.Unlock()
	if idle == nil {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-idle:
	case <-t.C:
	}
}

// journalHandler is the handler of what the library logs with: it calls nothing
// of the user's.
type journalHandler struct {
	j    *journal
	to   slog.Handler
	with []func(slog.Handler) slog.Handler // WithAttrs and WithGroup, for later
	min  slog.Level                        // less is not logged
}

// Enabled implements slog.Handler: its own one is asked when the line is handed over.
func (h *journalHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.min }

// Handle implements slog.Handler.
func (h *journalHandler) Handle(_ context.Context, r slog.Record) error {
	to := h.to
	if len(h.with) > 0 {
		to = &lateHandler{h}
	}
	h.j.put(line{to, r.Clone()})
	return nil
}

// WithAttrs implements slog.Handler.
func (h *journalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.and(func(to slog.Handler) slog.Handler { return to.WithAttrs(attrs) })
}

// WithGroup implements slog.Handler.
func (h *journalHandler) WithGroup(name string) slog.Handler {
	return h.and(func(to slog.Handler) slog.Handler { return to.WithGroup(name) })
}

func (h *journalHandler) and(f func(slog.Handler) slog.Handler) slog.Handler {
	return &journalHandler{h.j, h.to, append(slices.Clip(h.with), f), h.min}
}

// lateHandler adds attributes and groups when a line is handed over.
type lateHandler struct{ *journalHandler }

// Enabled implements slog.Handler.
func (h *lateHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.to.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *lateHandler) Handle(ctx context.Context, r slog.Record) error {
	to := h.to
	for _, f := range h.with {
		to = f(to)
	}
	return to.Handle(ctx, r)
}
