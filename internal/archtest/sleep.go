package archtest

import (
	"go/ast"
	"strconv"
)

// Sleeps finds time.Sleep in tests. A test that sleeps guesses how long
// something takes; it waits for the thing itself instead, or runs in a
// synctest bubble, where time is not guessed.
func Sleeps(files []*File) []Problem {
	var out []Problem
	for _, f := range files {
		if !f.Test() {
			continue
		}
		name := importName(f.Syntax, "time")
		if name == "" {
			continue
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
					out = append(out, problem(f.at(sel.Pos()), "time.Sleep in a test: wait for the thing itself; in a synctest bubble <-time.After moves the clock"))
				}
			}
			return true
		})
	}
	return sorted(out)
}

// importName returns the name by which a file knows the package at path, ""
// when it does not import it.
func importName(f *ast.File, path string) string {
	for _, im := range f.Imports {
		if p, err := strconv.Unquote(im.Path.Value); err != nil || p != path {
			continue
		}
		if im.Name != nil {
			return im.Name.Name
		}
		return path
	}
	return ""
}
