package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/spf13/cobra"

	"github.com/steadytop/steadytop/collector/source"
)

func newLs() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List the services of this machine",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			found, skipped, err := source.List(ctx)
			if err != nil {
				return failed("ls", err)
			}
			for _, s := range skipped {
				fmt.Fprintf(cmd.ErrOrStderr(), "steadytop: ls: skipped %s: %s\n", s.Socket, s.Reason)
			}
			if asJSON {
				return failed("ls", writeJSON(cmd.OutOrStdout(), found))
			}
			if len(found) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "no service is running; to see one: steadytop demo")
				return nil
			}
			return failed("ls", writeTable(cmd.OutOrStdout(), found))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print an array of objects")
	return cmd
}

func writeJSON(w io.Writer, found []source.ServiceInfo) error {
	if found == nil {
		found = []source.ServiceInfo{}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(found)
}

// writeTable writes a table for people. In a terminal its head is bold, unless
// NO_COLOR is set; elsewhere it is plain text.
func writeTable(w io.Writer, found []source.ServiceInfo) error {
	cell := lipgloss.NewStyle().PaddingRight(2)
	t := table.New().Headers("NAME", "PID", "UP", "VERSION", "ACTORS", "METRICS", "SOCKET").Wrap(false).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).BorderColumn(false).BorderHeader(false).
		StyleFunc(func(row, _ int) lipgloss.Style {
			if row == table.HeaderRow {
				return cell.Bold(true)
			}
			return cell
		})
	for i := range found {
		s := &found[i]
		up := (time.Duration(s.UptimeSeconds) * time.Second).String()
		t.Row(dash(s.Name), strconv.Itoa(s.PID), up, dash(s.Version), strconv.Itoa(s.Actors), dash(s.Metrics), s.Socket)
	}
	_, err := lipgloss.Fprintln(w, t.Render())
	return err
}

// dash returns s, or what stands for nothing in a table.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
