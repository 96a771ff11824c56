package archtest

import (
	"strings"
	"testing"
	"testing/fstest"
)

// wantProblems checks that there is one problem per entry of want, in order,
// each of which contains its text.
func wantProblems(t *testing.T, got []Problem, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d problems, want %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		if !strings.Contains(got[i].String(), w) {
			t.Errorf("problem %d is %q, want it to contain %q", i, got[i], w)
		}
	}
}

func source(t *testing.T, files map[string]string) []*File {
	t.Helper()
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	fs, err := Parse(m)
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// graph makes packages of the module from "path: direct imports", each import
// relative to the module unless it has a dot in its first element.
func graph(edges map[string][]string) []Package {
	full := func(p string) string {
		if first, _, _ := strings.Cut(p, "/"); strings.Contains(first, ".") {
			return p
		}
		return Module + "/" + p
	}
	direct := map[string][]string{}
	for from, to := range edges {
		for _, p := range to {
			direct[full(from)] = append(direct[full(from)], full(p))
		}
	}
	var deps func(p string, seen map[string]bool)
	deps = func(p string, seen map[string]bool) {
		for _, d := range direct[p] {
			if !seen[d] {
				seen[d] = true
				deps(d, seen)
			}
		}
	}
	var out []Package
	for from := range edges {
		p := Package{ImportPath: full(from), Imports: direct[full(from)]}
		seen := map[string]bool{}
		deps(p.ImportPath, seen)
		for d := range seen {
			p.Deps = append(p.Deps, d)
		}
		out = append(out, p)
	}
	return out
}

func TestForbiddenImportsAreFound(t *testing.T) {
	for name, tc := range map[string]struct {
		edges map[string][]string
		want  []string
	}{
		"telemetry is a leaf": {
			map[string][]string{"runtime/telemetry": {"internal/wire"}},
			[]string{"vocabulary"},
		},
		"wire knows no publisher": {
			map[string][]string{"internal/wire": {"runtime/internal/publish"}},
			[]string{"belong to neither"},
		},
		"publish knows no graph": {
			map[string][]string{"runtime/internal/publish": {"runtime"}},
			[]string{"reach into a running graph"},
		},
		"a service carries no viewer, over two steps": {
			map[string][]string{"runtime/actors": {"charm.land/lipgloss/v2"}, "runtime": {"runtime/actors"}},
			[]string{"runtime/actors: must not", "(runtime -> runtime/actors -> charm.land/lipgloss/v2)"},
		},
		"a ready body knows no more than its users": {
			map[string][]string{"runtime/actors": {"runtime/telemetry"}},
			[]string{"could have written"},
		},
		"the collector knows no runtime": {
			map[string][]string{"collector": {"runtime"}},
			[]string{"not how it runs"},
		},
		"the window knows no sources": {
			map[string][]string{"collector/window": {"collector/source"}},
			[]string{"is pure"},
		},
		"a source knows no window": {
			map[string][]string{"collector/source": {"collector/window"}},
			[]string{"decided above it"},
		},
		"a view asks no source": {
			map[string][]string{"tui/view": {"collector/source"}},
			[]string{"never asks a source"},
		},
		"a view knows no shell": {
			map[string][]string{"tui/view": {"charm.land/bubbletea/v2"}},
			[]string{"knows no shell"},
		},
		"the layout knows no snapshot": {
			map[string][]string{"tui/layout": {"collector"}},
			[]string{"layout is pure"},
		},
		"the painter knows no Bubble Tea": {
			map[string][]string{"tui/screen": {"charm.land/bubbletea/v2"}},
			[]string{"cells into bytes"},
		},
		"tui knows no runtime": {
			map[string][]string{"tui": {"runtime"}},
			[]string{"any service"},
		},
		"a sample compiles elsewhere": {
			map[string][]string{"sampleapps/robot": {"internal/safetext"}},
			[]string{"outside of this module"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			wantProblems(t, Imports(graph(tc.edges), Rules), tc.want...)
		})
	}
}

func TestAllowedImportsPass(t *testing.T) {
	wantProblems(t, Imports(graph(map[string][]string{
		"runtime/telemetry":        {},
		"internal/wire":            {"runtime/telemetry", "internal/safetext"},
		"runtime/internal/publish": {"internal/wire", "internal/safesocket", "runtime/telemetry"},
		"runtime":                  {"runtime/internal/publish", "github.com/prometheus/client_golang/prometheus"},
		"collector/source":         {"internal/wire", "internal/safesocket"},
		"collector":                {"collector/source", "collector/window", "runtime/telemetry"},
		"tui/view":                 {"collector"},
		"tui":                      {"collector", "collector/source", "tui/view", "charm.land/bubbletea/v2"},
		"sampleapps/robot":         {"runtime"},
		"cmd/steadytop":            {"tui", "runtime", "sampleapps/robot"},
	}), Rules))
}

func TestDocProblemsAreFound(t *testing.T) {
	files := source(t, map[string]string{
		"two/a.go":       "// Package two is here.\npackage two\n",
		"two/b.go":       "// Package two is there.\npackage two\n",
		"none/a.go":      "package none\n",
		"none/a_test.go": "// Package none is described in a test.\npackage none\n",
		"main/m.go":      "// Command m runs.\npackage main\n\nfunc Exported() {}\n",
		"names/n.go": `// Package names has names.
package names

func Bare() {}

// returns nothing.
func Misnamed() {}

// A Fine is documented.
type Fine struct{}

func (Fine) Method() {}

type hidden struct{}

func (hidden) Method() {}

const Alone = 1

// Grouped constants.
const (
	One = 1
	Two = 2
)

var Trailing = 1 // Trailing comments count

// Asker asks.
type Asker interface{ Ask() }
`,
	})
	wantProblems(t, PackageDocs(files), "none (package none): has no package comment", "two (package two): has 2 package comments: two/a.go, two/b.go")
	wantProblems(t, ExportedDocs(files),
		"names/n.go:12: Method has no comment",
		"names/n.go:18: constant Alone has no comment",
		"names/n.go:29: method Asker.Ask has no comment",
		"names/n.go:4: Bare has no comment",
		`names/n.go:7: the comment of Misnamed begins with "returns"`,
	)
}

func TestSizeProblemsAreFound(t *testing.T) {
	body := strings.Repeat("\tprintln()\n", MaxFuncLines-2)
	long := strings.Repeat("// line\n", MaxFileLines-1)
	files := source(t, map[string]string{
		"a/fits.go":      "package a\n\nfunc fits() {\n" + body + "}\n",
		"a/func.go":      "package a\n\nfunc grows() {\n" + body + "\tprintln()\n}\n",
		"a/full.go":      "package a\n" + long,
		"a/file.go":      "package a\n//\n" + long,
		"a/generated.go": "// Code generated by hand. DO NOT EDIT.\n\npackage a\n" + long,
	})
	wantProblems(t, Sizes(files), "a/file.go: has 501 lines", "a/func.go:3: grows has 81 lines")
}

func TestNameAndSleepProblemsAreFound(t *testing.T) {
	files := source(t, map[string]string{
		"util/u.go":        "package util\n",
		"a/a.go":           "package a\n\nimport \"time\"\n\nfunc wait() { time.Sleep(1) }\n",
		"a/a_test.go":      "package a\n\nimport \"time\"\n\nfunc f() { time.Sleep(1) }\n",
		"a/b_test.go":      "package a\n\nimport clock \"time\"\n\nvar f = clock.Sleep\n",
		"a/c_test.go":      "package a\n\nfunc g() { time.Sleep(1) }\n",
		"testdata/bad.go":  "not Go at all",
		"a/_old/ignore.go": "not Go at all",
	})
	wantProblems(t, Names(files), "util/u.go:1: package util")
	wantProblems(t, Sleeps(files), "a/a_test.go:5", "a/b_test.go:5")
}

func TestReplacesAreFound(t *testing.T) {
	wantProblems(t, Replaces("module m\n\n// replace a => b\nrequire replace.example/x v1.0.0\n"))
	wantProblems(t, Replaces("module m\nreplace a => ../a\n"), "line 2")
	wantProblems(t, Replaces("module m\nreplace (\n\ta => ../a // why\n\n\tb => ../b\n)\nrequire c v1.0.0\n"), "line 3", "line 5")
}
