package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
)

var formats = []string{"text", "json", "dot"}

// sampleWithin is how long two samples may take. A service sends four a second.
const sampleWithin = 10 * time.Second

func newSnapshot(l *looks) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "snapshot [target]",
		Short: "Print one picture of a service",
		Long: `Print one picture of a service. Rates and shares need two samples, which takes
about a quarter of a second.

Formats: text is for people and may change; json carries "schema" and only
grows; dot is for Graphviz.`,
		Args:              oneTarget,
		ValidArgsFunction: completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(formats, format) {
				return usage("snapshot", "formats are: "+strings.Join(formats, ", "), "there is no format %q", format)
			}
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			s, err := open(ctx, "snapshot", arg(args))
			if err != nil {
				return err
			}
			defer s.Close()
			snap, err := sampled(ctx, s)
			if err != nil {
				return failed("snapshot", err)
			}
			asking, done := context.WithTimeout(ctx, failuresWithin)
			defer done()
			return failed("snapshot", write(cmd.OutOrStdout(), s.WithFailures(asking, snap), format, l))
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json or dot")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// failuresWithin is how long a service may take to tell the failures of its actors.
const failuresWithin = time.Second

// votesWithin is how long the votes of a stop may take.
const votesWithin = time.Second

// sampled waits for the first Snapshot that rests on two samples, and has the
// votes of a service that is being stopped, or for the last of one that ended
// before.
func sampled(ctx context.Context, s *collector.Session) (*collector.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, sampleWithin)
	defer cancel()
	patience := time.Now().Add(votesWithin)
	for {
		select {
		case snap, ok := <-s.Snapshots():
			switch {
			case !ok:
				return nil, errors.New("the session was closed")
			case snap.End != nil:
				return snap, nil
			case snap.Window > 0 && (!votesMissing(snap) || time.Now().After(patience)):
				return snap, nil
			case snap.Link == collector.LinkLost:
				return nil, fmt.Errorf("the connection was lost: %s", snap.Problem)
			}
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return nil, fmt.Errorf("the service sent no two samples within %s", sampleWithin)
			}
			return nil, ctx.Err()
		}
	}
}

func votesMissing(s *collector.Snapshot) bool {
	return s.Phase == telemetry.PhaseStopping && s.Can.Votes && s.Shutdown == nil
}

// write writes a Snapshot in one of the formats.
func write(w io.Writer, s *collector.Snapshot, format string, l *looks) error {
	switch format {
	case "json":
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(s)
	case "dot":
		return collector.WriteDOT(w, s)
	}
	return collector.Text{ASCII: l.ascii || !screen.ReadEnvironment(os.LookupEnv).UTF8}.Write(w, s)
}
