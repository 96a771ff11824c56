// Package archtest holds the rules that keep the module in one shape: who may
// import whom, where documentation is due, how long files and functions may
// grow. The rules are plain functions that return problems; the tests of this
// package apply them to the whole module, and to small fixtures that break
// each of them.
package archtest

import (
	"fmt"
	"sort"
)

// Problem is one broken rule, with the place and the reason as a person reads
// them in the output of a test.
type Problem struct {
	Where string // file:line, or the import path of a package
	What  string
}

// String returns "where: what".
func (p Problem) String() string { return p.Where + ": " + p.What }

func problem(where, format string, args ...any) Problem {
	return Problem{Where: where, What: fmt.Sprintf(format, args...)}
}

func sorted(ps []Problem) []Problem {
	sort.Slice(ps, func(i, j int) bool { return ps[i].String() < ps[j].String() })
	return ps
}
