package archtest

import "slices"

// vague lists package names that say nothing about what is inside.
var vague = []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "base"}

// Names finds packages whose names say nothing.
func Names(files []*File) []Problem {
	var out []Problem
	for _, f := range files {
		if name := f.Syntax.Name.Name; slices.Contains(vague, name) {
			out = append(out, problem(f.at(f.Syntax.Name.Pos()), "package %s: name it after what is inside", name))
		}
	}
	return sorted(out)
}
