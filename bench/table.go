package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// print writes the results as a table for people.
func (r *results) print(out io.Writer) {
	fmt.Fprintf(out, "%s %s/%s, %d cores, %s, %d rounds", r.Go, r.OS, r.Arch, r.Cores, r.Date.Format(time.DateOnly), r.Rounds)
	if r.Load[0] != "" {
		fmt.Fprintf(out, ", load %s before and %s after", r.Load[0], r.Load[1])
	}
	fmt.Fprintln(out)
	if len(r.Contests) > 0 {
		r.printContests(out)
	}
	if len(r.Figures) > 0 {
		r.printFigures(out)
	}
}

func (r *results) printContests(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nours against\tours, best\trival, best\tratio\tbetween\tbest/best\tmust\tstretch\tverdict")
	for _, c := range r.Contests {
		fmt.Fprintf(w, "%s (ns a %s; %s)\t%s\t\t\t\t\t\t\t\n", c.Name, c.Unit, c.Ours, short(c.Nanoseconds.Best))
		for _, m := range c.Matches {
			unit := "x"
			if m.Bound.AtMost {
				unit = " of its time"
			}
			must, stretch := m.Bound.limits(unit)
			fmt.Fprintf(w, "  %s\t\t%s\t%s\t%s–%s\t%s\t%s\t%s\t%s\n", m.Rival, short(m.Nanoseconds.Best),
				short(m.Ratio.Median), short(m.Between[0]), short(m.Between[1]), short(m.BestByBest),
				must, stretch, m.Verdict)
		}
		fmt.Fprintf(w, "  itself (control)\t\t\t%s\t\t%s\t\t\trounds %s to %s\n", short(c.Noise.Median),
			short(c.NoiseBest), short(c.Noise.Best), short(c.Noise.Worst))
	}
	w.Flush()
	fmt.Fprintf(out, "ratio: median of the rounds, which lies between the two values with 95 %%; noise over all controls: %s to %s, 1 is none\n",
		short(r.Noise.Best), short(r.Noise.Worst))
}

func (r *results) printFigures(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nfigure\tbest\tmedian\tmust\tstretch\tverdict")
	for _, f := range r.Figures {
		must, stretch := f.Bound.limits("")
		fmt.Fprintf(w, "%s\t%s %s\t%s\t%s\t%s\t%s\n", f.Name, short(f.Value.Best), f.Unit,
			short(f.Value.Median), must, stretch, f.Verdict)
	}
	w.Flush()
}
