package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

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

func writeTable(w io.Writer, found []source.ServiceInfo) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tPID\tUP\tVERSION\tACTORS\tMETRICS\tSOCKET")
	for i := range found {
		s := &found[i]
		up := (time.Duration(s.UptimeSeconds) * time.Second).String()
		fmt.Fprintln(t, dash(s.Name)+"\t"+strconv.Itoa(s.PID)+"\t"+up+"\t"+dash(s.Version)+"\t"+strconv.Itoa(s.Actors)+"\t"+dash(s.Metrics)+"\t"+s.Socket)
	}
	return t.Flush()
}

// dash returns s, or what stands for nothing in a table.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
