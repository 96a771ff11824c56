package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// Package is the part of what `go list -json` says that the rules need.
type Package struct {
	ImportPath string
	Name       string
	Dir        string
	Imports    []string // as written in the files that this platform builds
	Deps       []string // all that those need
	Standard   bool
}

// List returns every package below dir with everything it depends on, as
// `go list -e -deps -json ./...` sees them. A package that does not compile is
// listed all the same, since its imports can be judged.
func List(dir string) ([]Package, error) {
	cmd := exec.Command("go", "list", "-e", "-deps",
		"-json=ImportPath,Name,Dir,Imports,Deps,Standard", "./...")
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("archtest: go list: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	var pkgs []Package
	for dec := json.NewDecoder(&stdout); ; {
		var p Package
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("archtest: go list: %w", err)
		}
		pkgs = append(pkgs, p)
	}
}

// Imports applies rules to pkgs. Each forbidden pair is one problem, which
// names the chain of imports that leads there and the reason of the rule.
func Imports(pkgs []Package, rules []Rule) []Problem {
	byPath := make(map[string]*Package, len(pkgs))
	for i := range pkgs {
		byPath[pkgs[i].ImportPath] = &pkgs[i]
	}
	var out []Problem
	for i := range pkgs {
		for j := range rules {
			out = append(out, rules[j].check(&pkgs[i], byPath)...)
		}
	}
	return sorted(out)
}

func (r *Rule) check(p *Package, byPath map[string]*Package) []Problem {
	if !matches(p.ImportPath, r.From) {
		return nil
	}
	deps := p.Deps
	if r.Direct {
		deps = p.Imports
	}
	var out []Problem
	for _, dep := range deps {
		if dep == p.ImportPath || !r.forbids(dep) {
			continue
		}
		out = append(out, problem(p.ImportPath, "must not depend on %s (%s): %s",
			dep, strings.Join(chain(p, dep, byPath), " -> "), r.Reason))
	}
	return out
}

func (r *Rule) forbids(dep string) bool {
	if r.Only != nil && matches(dep, "./...") && !matchesAny(dep, r.Only) {
		return true
	}
	return matchesAny(dep, r.Never) && !matchesAny(dep, r.Allow)
}

// chain returns the shortest way by imports from p to dep, both included.
func chain(p *Package, dep string, byPath map[string]*Package) []string {
	from := map[string]string{p.ImportPath: ""}
	for queue := []*Package{p}; len(queue) > 0; queue = queue[1:] {
		for _, next := range queue[0].Imports {
			if _, seen := from[next]; seen {
				continue
			}
			from[next] = queue[0].ImportPath
			if next == dep {
				var way []string
				for at := dep; at != ""; at = from[at] {
					way = append(way, short(at))
				}
				slices.Reverse(way)
				return way
			}
			if n := byPath[next]; n != nil {
				queue = append(queue, n)
			}
		}
	}
	return []string{short(p.ImportPath), "…", short(dep)}
}

func short(path string) string {
	return strings.TrimPrefix(path, Module+"/")
}

func matchesAny(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(path, p) })
}

func matches(path, pattern string) bool {
	if rest, ok := strings.CutPrefix(pattern, "."); ok {
		pattern = Module + rest
	}
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == root || strings.HasPrefix(path, root+"/")
	}
	return path == pattern
}
