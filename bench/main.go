// Command bench compares steadytop with what one would write without it, and
// holds what it finds against the figures that the project promises.
//
//	go run . [-rounds 7] [-only easy,park] [-json results.json] [-doc ../docs/performance.md]
//	go run . -from results.json -doc ../docs/performance.md
//
// Speed is told as a ratio: ours and its rivals do equal work, in turn, in the
// same process, round after round, so that whatever else the machine does
// hits all of them. In each contest ours runs twice under two names; how far
// these two lie apart is the noise, and no ratio says more than that.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

func main() {
	err := run()
	for _, f := range atExit {
		f()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// atExit is what has to be cleaned up at the end.
var atExit []func()

// plan is what the command line asks for.
type plan struct {
	rounds  int
	slot    time.Duration // least time of one variant in one round
	only    []string      // families to run; all when empty
	json    string
	doc     string
	from    string // results to take instead of a run
	profile string
}

func (p *plan) parse(args []string) error {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.IntVar(&p.rounds, "rounds", 7, "how often each variant runs, in turn with its rivals")
	f.DurationVar(&p.slot, "slot", 150*time.Millisecond, "least time of a variant in a round")
	only := f.String("only", "", "comma-separated families to run: "+strings.Join(familyNames(), ", "))
	f.StringVar(&p.json, "json", "", "write the results to this file as JSON")
	f.StringVar(&p.doc, "doc", "", "write the results between the marks of this document")
	f.StringVar(&p.from, "from", "", "run nothing, take the results of an earlier run from this file")
	f.StringVar(&p.profile, "cpuprofile", "", "write a CPU profile of the run to this file")
	if err := f.Parse(args); err != nil {
		return err
	}
	if p.rounds < 1 {
		return fmt.Errorf("-rounds %d: want 1 or more", p.rounds)
	}
	if *only != "" {
		p.only = strings.Split(*only, ",")
	}
	for _, name := range p.only {
		if !slices.Contains(familyNames(), name) {
			return fmt.Errorf("-only %s: no such family; there are %s", name, strings.Join(familyNames(), ", "))
		}
	}
	if p.doc != "" && len(p.only) > 0 {
		return errors.New("-doc with -only: the document needs all families")
	}
	return nil
}

func run() error {
	var p plan
	if err := p.parse(os.Args[1:]); err != nil {
		return err
	}
	// The services that are watched take the signal for themselves.
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		os.Exit(130)
	}()
	if p.profile != "" {
		f, err := os.Create(p.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	results, err := p.results()
	if err != nil {
		return err
	}
	results.print(os.Stdout)
	if p.json != "" {
		if err := results.write(p.json); err != nil {
			return err
		}
	}
	if p.doc != "" {
		return results.document(p.doc)
	}
	return nil
}

// results measures, or reads what was measured.
func (p *plan) results() (*results, error) {
	if p.from != "" {
		return readResults(p.from)
	}
	r := newResults(*p)
	for _, f := range families() {
		if len(p.only) > 0 && !slices.Contains(p.only, f.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "running", f.name)
		if err := f.run(*p, r); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	r.finish()
	return r, nil
}
