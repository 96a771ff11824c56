package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/view"
)

func newAttach(l *looks) *cobra.Command {
	return &cobra.Command{
		Use:               "attach [target]",
		Short:             "Show a service live",
		Args:              oneTarget,
		ValidArgsFunction: completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := l.check("attach"); err != nil {
				return err
			}
			s, err := open(cmd.Context(), "attach", arg(args))
			if err != nil {
				return err
			}
			res, err := l.watch(cmd.Context(), "attach", tui.Options{Session: s, List: services, Attach: attachTo})
			return conclude(cmd.OutOrStdout(), "attach", res, err)
		},
	}
}

// pick is what the root command does: it attaches to the one service that
// runs, or shows all of them.
func pick(ctx context.Context, l *looks) error {
	if err := l.check("usage"); err != nil {
		return err
	}
	o := tui.Options{List: services, Attach: attachTo}
	s, err := collector.Open(ctx, "", collector.Options{})
	switch {
	case err == nil:
		o.Session = s
	case l.lines():
		return failed("attach", err)
	case !errors.Is(err, source.ErrNoTarget) && !errors.As(err, new(*source.AmbiguousError)):
		return failed("attach", err)
	}
	res, err := l.watch(ctx, "attach", o)
	return conclude(os.Stdout, "attach", res, err)
}

// check refuses to begin what cannot be shown.
func (l *looks) check(what string) error {
	if _, _, err := l.terminal(); err != nil {
		return err
	}
	if l.lines() || term.IsTerminal(os.Stdout.Fd()) {
		return nil
	}
	return usage(what, "without one use: steadytop snapshot, steadytop ls, or --plain for lines of text", "standard output is not a terminal")
}

// lines reports whether lines of text are to be printed instead of painting.
func (l *looks) lines() bool {
	return l.plain || os.Getenv("ACCESSIBLE") != "" || term.IsTerminal(os.Stdout.Fd()) && screen.ReadEnvironment(os.LookupEnv).Dumb
}

// watch shows the dashboard, or prints lines, until the user has seen enough.
func (l *looks) watch(ctx context.Context, what string, o tui.Options) (tui.Result, error) {
	so, th, err := l.terminal()
	if err != nil {
		return tui.Result{}, err
	}
	if l.lines() {
		ctx, stop := interruptible(ctx)
		defer stop()
		defer o.Session.Close()
		return tui.Lines(ctx, o.Session, os.Stdout, l.ascii || !screen.ReadEnvironment(os.LookupEnv).UTF8)
	}
	o.Theme, o.Reason = th, "S in steadytop, by "+userName()
	res, err := tui.Run(ctx, so, o)
	if errors.Is(err, screen.ErrNotTerminal) {
		return res, usage(what, "without one use: steadytop snapshot, steadytop ls, or --plain for lines of text", "no terminal to draw on")
	}
	return res, err
}

// conclude says in a line how the service ended, if it did: the screen with
// the news is gone by now.
func conclude(w io.Writer, what string, res tui.Result, err error) error {
	if err != nil || res.Last == nil || res.Last.End == nil {
		return failed(what, err)
	}
	s := res.Last
	if s.End.Clean {
		fmt.Fprintf(w, "%s:%d %s\n", s.Service, s.PID, drained(s.End))
		return nil
	}
	if !res.Asked {
		fmt.Fprintf(w, "%s:%d did not end cleanly: %s\n", s.Service, s.PID, s.End.Error)
		return nil
	}
	return unclean(what, s)
}

func drained(e *telemetry.End) string {
	if e.Elapsed == 0 {
		return "ended cleanly"
	}
	return fmt.Sprintf("drained and ended cleanly in %s", max(time.Millisecond, e.Elapsed.Round(time.Millisecond)))
}

// services lists what the picker shows.
func services(ctx context.Context) ([]view.Service, []view.Skipped, error) {
	found, skipped, err := source.List(ctx)
	if err != nil {
		return nil, nil, err
	}
	var out []view.Service
	for i := range found {
		s := &found[i]
		out = append(out, view.Service{
			Name: s.Name, Version: s.Version, Host: s.Host, Socket: s.Socket, Metrics: s.Metrics, PID: s.PID,
			Uptime: time.Duration(s.UptimeSeconds * float64(time.Second)),
		})
	}
	var left []view.Skipped
	for _, s := range skipped {
		left = append(left, view.Skipped{Socket: s.Socket, Reason: s.Reason})
	}
	return out, left, nil
}

// attachTo attaches to what was picked.
func attachTo(ctx context.Context, s view.Service) (tui.Session, error) {
	// The session outlives the attempt to connect.
	found, _, err := source.List(ctx)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].Socket == s.Socket && found[i].PID == s.PID {
			return collector.Open(context.WithoutCancel(ctx), found[i].Path, collector.Options{})
		}
	}
	return nil, fmt.Errorf("%s:%d is gone", s.Name, s.PID)
}
