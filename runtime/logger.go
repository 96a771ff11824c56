package steady

import (
	"context"
	"log/slog"
	"math"
)

// Who hears what: Graph.Logger everything; when there is none, slog.Default, which
// belongs to the program, what must not go unheard. All but ownLogger go through
// the journal, and never wait for the logger.

// logger is for what is good to know.
func (g *Graph) logger() *slog.Logger {
	if g.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return g.alarm()
}

// alarm is for what must not go unheard: failures, refusals, an end with errors.
func (g *Graph) alarm() *slog.Logger {
	to := g.ownLogger().Handler()
	return slog.New(&journalHandler{j: &g.journal, to: to, min: math.MinInt})
}

// warnings is for code that logs both kinds: what is below a warning is only good
// to know.
func (g *Graph) warnings() *slog.Logger {
	if g.Logger != nil {
		return g.alarm()
	}
	return slog.New(&journalHandler{j: &g.journal, to: slog.Default().Handler(), min: slog.LevelWarn})
}

// ownLogger is the logger that the code of the user gets: it is called in place.
func (g *Graph) ownLogger() *slog.Logger {
	if g.Logger == nil {
		return slog.Default()
	}
	return g.Logger
}

// tellFailure logs the failure of an actor. The error of a panic ends in its
// place; what led there is an attribute of its own.
func (g *Graph) tellFailure(what string, a *Actor, err error, more ...any) {
	args := append([]any{"actor", a.name, "error", err}, more...)
	if p, ok := err.(*PanicError); ok {
		args = append(args, "stack", string(p.Stack))
	}
	g.alarm().Warn(what, args...)
}

// tellEnd logs that an actor has ended, if anybody wants to hear that: thousands
// may end at once.
func (g *Graph) tellEnd(a *Actor) {
	if g.Logger != nil && wants(g.Logger.Handler(), slog.LevelDebug) {
		g.logger().Debug("actor ended", "actor", a.name)
	}
}

// wants asks the handler, which may panic.
func wants(h slog.Handler, level slog.Level) (yes bool) {
	defer func() { _ = recover() }()
	return h.Enabled(context.Background(), level)
}
