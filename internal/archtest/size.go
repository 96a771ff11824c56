package archtest

import "go/ast"

// Sizes finds hand-written files above MaxFileLines and functions above
// MaxFuncLines, tests included: what does not fit holds two things.
func Sizes(files []*File) []Problem {
	var out []Problem
	for _, f := range files {
		if f.Generated {
			continue
		}
		if f.Lines > MaxFileLines {
			out = append(out, problem(f.Path, "has %d lines, the limit is %d: split it by concept", f.Lines, MaxFileLines))
		}
		for _, d := range f.Syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			first, last := f.Fset.Position(fn.Pos()).Line, f.Fset.Position(fn.End()).Line
			if n := last - first + 1; n > MaxFuncLines {
				out = append(out, problem(f.at(fn.Pos()), "%s has %d lines, the limit is %d", fn.Name.Name, n, MaxFuncLines))
			}
		}
	}
	return sorted(out)
}
