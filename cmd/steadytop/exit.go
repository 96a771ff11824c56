package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/tui/screen"
)

// Exit codes. They are documented in the help of the root command.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
	exitNone    = 3 // no such target
	exitUnclean = 4 // the service did not stop cleanly
	exitRefused = 5
	exitRunning = 6 // still running after --wait

	exitInterrupted = 130
)

// failure is an error with an exit code and what to do about it.
type failure struct {
	code int
	what string // the command
	err  error
	next string // a line that says what to do; "" for none
}

// Error implements error.
func (f *failure) Error() string { return f.what + ": " + plain(f.err) }

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.err }

// usage is a mistake in the command line.
func usage(what, next, format string, args ...any) error {
	return &failure{exitUsage, what, fmt.Errorf(format, args...), next}
}

// failed gives an error of a command its exit code and what to do next.
func failed(what string, err error) error {
	if err == nil {
		return nil
	}
	var already *failure
	if errors.As(err, &already) {
		return err
	}
	f := &failure{exitFailure, what, err, ""}
	var ambiguous *source.AmbiguousError
	switch {
	case errors.Is(err, source.ErrNoTarget):
		f.code, f.next = exitNone, "see what runs with: steadytop ls; to see something: steadytop demo"
	case errors.As(err, &ambiguous):
		f.code, f.next = exitUsage, "name one of them: steadytop "+what+" "+first(ambiguous)
	case errors.Is(err, source.ErrTarget):
		f.code, f.next = exitUsage, "a target is a name, name:pid, a pid or the path of a socket"
	case errors.Is(err, source.ErrRefused):
		f.code, f.next = exitRefused, "only the user who runs the service, or root, may stop it"
	case errors.Is(err, source.ErrUnavailable):
		f.code = exitRefused
	case errors.Is(err, source.ErrInstance):
		f.next = "it was restarted meanwhile; try again if that one is meant too"
	case errors.Is(err, context.Canceled):
		f.code, f.err = exitInterrupted, errors.New("interrupted")
	}
	return f
}

// first returns how to name the first of the services that fit.
func first(e *source.AmbiguousError) string {
	if len(e.Matches) == 0 {
		return "name:pid"
	}
	return fmt.Sprintf("%s:%d", e.Matches[0].Name, e.Matches[0].PID)
}

// report tells an error and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	var death screen.Death
	if errors.As(err, &death) { // the terminal was given back, and it told what there was to tell
		return death.Code
	}
	var f *failure
	if !errors.As(err, &f) { // from the parser of the command line
		f = &failure{exitUsage, "usage", err, "see: steadytop --help"}
	}
	fmt.Fprintf(w, "steadytop: %s\n", f.Error())
	if f.next != "" {
		fmt.Fprintf(w, "  %s\n", f.next)
	}
	return f.code
}

// plain returns the text of an error without the names of the packages that
// passed it on, safe to show.
func plain(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	for _, prefix := range []string{"collector: ", "open: ", "request shutdown: ", "detail: ", "source: ", "tui: ", "terminal: ", "theme: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return safetext.Clean(text, 2000)
}
