package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

const rootLong = `steadytop attaches to running services, shows their graphs live, and stops
them gracefully. Without a command it attaches to the service that runs on this
machine, or lets you choose among several.

A target is a name, name:pid, a pid, or the path of a socket.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such target, 4 the service did
not stop cleanly, 5 refused, 6 still running after --wait.`

// looks are the flags about how things are shown.
type looks struct {
	ascii, noColor, plain bool
	theme                 string
}

func newRoot() *cobra.Command {
	l := &looks{}
	root := &cobra.Command{
		Use:           "steadytop",
		Short:         "See and stop services made of actors",
		Long:          rootLong,
		Args:          noTarget,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return pick(cmd.Context(), l) },
	}
	root.SetContext(context.Background())
	f := root.PersistentFlags()
	f.BoolVar(&l.ascii, "ascii", false, "draw with ASCII characters only")
	f.BoolVar(&l.noColor, "no-color", false, "use no colours (also: NO_COLOR=1)")
	f.BoolVar(&l.plain, "plain", false, "print lines of text instead of painting (also: ACCESSIBLE=1)")
	f.StringVar(&l.theme, "theme", "auto", "auto, dark, light, colorblind or mono")
	root.AddCommand(newAttach(l), newLs(), newSnapshot(l), newShutdown(), newDemo(l), newDemoService(), newVersion())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(cmd.Name(), "see: "+cmd.CommandPath()+" --help", "%w", err)
	})
	return root
}

// noTarget refuses arguments of the root command, which are most often a
// target without a command.
func noTarget(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("usage", "to attach to a service: steadytop attach TARGET; for the commands: steadytop --help", "%q is not a command", args[0])
	}
	return nil
}

// oneTarget is the check of commands with at most one target.
func oneTarget(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage(cmd.Name(), "see: "+cmd.CommandPath()+" --help", "one target at most, not %d", len(args))
	}
	return nil
}

// completeTargets offers the services that run.
func completeTargets(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	found, _, err := source.List(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var out []string
	for i := range found {
		out = append(out, found[i].Name)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// terminal returns how the flags want the terminal to be taken over.
func (l *looks) terminal() (screen.Options, *theme.Theme, error) {
	o := screen.Options{ASCII: l.ascii}
	if l.noColor {
		none := screen.NoColor
		o.Profile = &none
	}
	if l.theme == "" || l.theme == "auto" {
		return o, nil, nil
	}
	t, err := theme.ByName(l.theme)
	if err != nil {
		return o, nil, &failure{exitUsage, "--theme", err, ""}
	}
	return o, t, nil
}

// open attaches to a target; "" is any service, if only one runs.
func open(ctx context.Context, what, target string) (*collector.Session, error) {
	s, err := collector.Open(ctx, target, collector.Options{})
	if err != nil {
		return nil, failed(what, err)
	}
	return s, nil
}

// arg returns the first argument, or "".
func arg(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
