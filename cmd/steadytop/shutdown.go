package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// beforeAsking is how long it may take until the request for the next frame is
// out, on a busy machine.
const beforeAsking = 30 * time.Millisecond

// afterGrace is how long the end may take beyond the grace of the service.
const afterGrace = 5 * time.Second

func newShutdown() *cobra.Command {
	yes, patience := false, time.Duration(0)
	cmd := &cobra.Command{
		Use:   "shutdown [target]",
		Short: "Stop a service gracefully",
		Long: `Ask a service to stop, and wait until it has: its actors finish what they have
begun, vote, and drain their channels. Nothing is killed.

Exit codes: 0 stopped cleanly, 4 not cleanly (who did not stop is told), 5
refused, 6 still running after --wait; it goes on stopping then.`,
		Args:              oneTarget,
		ValidArgsFunction: completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if patience < 0 {
				return usage("shutdown", "for example: --wait 30s", "--wait cannot be negative")
			}
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			return failed("shutdown", shutdown(ctx, cmd, arg(args), yes, patience))
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	cmd.Flags().DurationVar(&patience, "wait", 0, "how long to wait for the end (default: as long as the service gives itself, and 5s)")
	return cmd
}

func shutdown(ctx context.Context, cmd *cobra.Command, target string, yes bool, patience time.Duration) error {
	if !yes && !term.IsTerminal(os.Stdin.Fd()) {
		return usage("shutdown", "to stop it without a question: steadytop shutdown --yes", "there is no terminal on which to ask")
	}
	s, err := open(ctx, "shutdown", target)
	if err != nil {
		return err
	}
	defer s.Close()
	snap, err := known(ctx, s)
	if err != nil {
		return err
	}
	if !yes {
		ok, err := confirmed(ctx, cmd.InOrStdin(), cmd.ErrOrStderr(), snap)
		if err != nil || !ok {
			return err
		}
	}
	if snap.End == nil {
		// A service that has nothing to drain ends within a millisecond, and
		// its last message goes to viewers that wait for one.
		if err := pause(ctx, beforeAsking); err != nil {
			return err
		}
		err := s.RequestShutdown(ctx, snap.Instance, "steadytop shutdown, by "+userName())
		if err != nil && !stops(s.Latest(), snap.Instance) {
			return err
		}
	}
	if patience == 0 {
		patience = snap.Grace + min(afterGrace, math.MaxInt64-snap.Grace) // Grace may be the longest time there is
	}
	last, err := awaitEnd(ctx, s, patience)
	if err != nil {
		return err
	}
	switch {
	case last.End == nil:
		return still(last, patience)
	case !last.End.Clean:
		return unclean("shutdown", last)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s:%d %s\n", last.Service, last.PID, drained(last.End))
	return nil
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stops reports whether an instance is stopping or has ended. A service may
// end before its answer to the request came through.
func stops(s *collector.Snapshot, instance telemetry.Instance) bool {
	return s.Instance == instance && (s.End != nil || s.Phase != telemetry.PhaseRunning)
}

// known waits until it is known which service this is, and frames arrive, so
// that its last message will too.
func known(ctx context.Context, s *collector.Session) (*collector.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, sampleWithin)
	defer cancel()
	for {
		select {
		case snap, ok := <-s.Snapshots():
			switch {
			case !ok:
				return nil, errors.New("the session was closed")
			case snap.Instance != 0 && !snap.Taken.IsZero(), snap.End != nil:
				return snap, nil
			case snap.Link == collector.LinkLost:
				return nil, fmt.Errorf("the connection was lost: %s", snap.Problem)
			}
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return nil, errors.New("the service does not say who it is")
			}
			return nil, ctx.Err()
		}
	}
}

// confirmed asks on the terminal. Anything but "y" or "yes" is no.
func confirmed(ctx context.Context, in io.Reader, out io.Writer, s *collector.Snapshot) (bool, error) {
	fmt.Fprintf(out, "stop %s:%d on %s? [y/N] ", s.Service, s.PID, s.Host)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, nil
		}
		fmt.Fprintln(out, "left running")
		return false, nil
	case <-ctx.Done():
		fmt.Fprintln(out)
		return false, ctx.Err()
	}
}

// awaitEnd waits for the end of the service; without one it returns the last
// Snapshot once patience is over.
func awaitEnd(ctx context.Context, s *collector.Session, patience time.Duration) (*collector.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		select {
		case snap, ok := <-s.Snapshots():
			switch {
			case !ok:
				return nil, errors.New("the session was closed")
			case snap.End != nil:
				return snap, nil
			case snap.Link == collector.LinkLost:
				return nil, fmt.Errorf("the connection was lost before the service said that it ended: %s", snap.Problem)
			}
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return s.Latest(), nil
			}
			return nil, ctx.Err()
		}
	}
}

// still says that the service runs on, and who holds it up.
func still(s *collector.Snapshot, patience time.Duration) error {
	text := fmt.Sprintf("%s:%d is still running after %s", s.Service, s.PID, patience)
	if s.Shutdown != nil {
		text += blockers(s.Shutdown.Votes)
	}
	return &failure{exitRunning, "shutdown", errors.New(text), "it goes on stopping; watch it with: steadytop attach " + fmt.Sprintf("%s:%d", s.Service, s.PID)}
}

// unclean says who did not stop and what was left.
func unclean(what string, s *collector.Snapshot) error {
	text := fmt.Sprintf("%s:%d did not end cleanly", s.Service, s.PID)
	if s.End.Error != "" {
		text += ": " + s.End.Error // it names who did not stop
	} else {
		text += blockers(s.End.Votes)
	}
	for _, l := range s.End.Left {
		text += fmt.Sprintf("; %d left in %s", l.Count, l.Channel)
	}
	return &failure{exitUnclean, what, errors.New(text), ""}
}

// blockers lists the actors that did not agree, with their reasons.
func blockers(votes []telemetry.ActorVote) string {
	var b strings.Builder
	for i := range votes {
		v := &votes[i]
		if v.State == telemetry.StateDone || v.Vote == telemetry.VoteYes {
			continue
		}
		word := "silent"
		if v.Vote == telemetry.VoteVeto {
			word = "veto"
		}
		fmt.Fprintf(&b, "; %s: %s", v.Name, word)
		if v.Reason != "" {
			fmt.Fprintf(&b, " (%s)", v.Reason)
		}
		if v.Age > 0 {
			fmt.Fprintf(&b, " for %s", v.Age.Round(100*time.Millisecond))
		}
	}
	return b.String()
}

// userName returns who asks, for the log of the service.
func userName() string {
	if u, err := user.Current(); err == nil {
		return safetext.Clean(u.Username, 64)
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}
