// Command steadytop attaches to running services, shows their graphs live, and
// stops them gracefully. This package parses flags and wires the parts
// together; what is shown is in package tui, where it comes from in package
// collector.
package main

import (
	"os"
)

func main() { os.Exit(run(os.Args[1:])) }

// run runs the command line and returns the exit code.
func run(args []string) int {
	root := newRoot()
	root.SetArgs(args)
	return report(os.Stderr, root.Execute())
}
