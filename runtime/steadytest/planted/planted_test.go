// Package planted puts bugs into the library, one at a time, and looks whether
// the simulation finds them. It is apart from the simulation because it builds
// that, and needs no race detector.
package planted

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var (
	update = flag.Bool("update", false, "rewrite the table of planted bugs in docs/testing.md")
	only   = flag.String("planted.only", "", "plant this bug alone, and leave the table alone")
)

// planted is a bug that is put into the library for one build of it: with the
// switch of the go command that overlays files, so that the code of production
// knows nothing of it. old stands once in the file.
type planted struct {
	name     string
	what     string // for the table
	file     string // below runtime
	old, new string
	scenario string // that has to show it
	test     string // that has to, in place of a scenario
	dir      string // of that test, below runtime; empty means that of the file
}

// within is how many seeds may be needed.
const within = 200

// Each planted bug is found: by the simulation, with the build tag that lets it choose
// at each point, or by the test that is there for it.
func TestPlantedBugsAreFound(t *testing.T) {
	rows := make([]string, len(bugs))
	var all sync.WaitGroup
	free := make(chan bool, 2)
	for i, b := range bugs {
		if *only != "" && *only != b.name {
			continue
		}
		all.Go(func() {
			free <- true
			defer func() { <-free }()
			seed, found := b.hunt(t)
			if found == "" {
				t.Errorf("%s: not found by %s%s", b.name, b.scenario, b.test)
			}
			rows[i] = fmt.Sprintf("| %s | %s | %s | %s | %s |", b.what, b.file, b.scenario+b.test, seed, found)
		})
	}
	all.Wait()
	if *only != "" {
		return
	}
	checkTable(t, rows)
}

var failure = regexp.MustCompile(`seed (\d+): ([^\n]*)`)

// hunt builds the test with the bug and runs its scenario, or its test. It returns the
// seed that has found it and what it said, or nothing.
func (b *planted) hunt(t *testing.T) (seed, found string) {
	dir := t.TempDir()
	path, err := filepath.Abs(filepath.Join("..", "..", b.file))
	if err != nil {
		t.Error(err)
		return "", ""
	}
	code, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return "", ""
	}
	if n := strings.Count(string(code), b.old); n != 1 {
		t.Errorf("%s: the place for it stands %d times in %s: bring it up to date", b.name, n, b.file)
		return "", ""
	}
	bad := filepath.Join(dir, "bad.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: bad}})
	if err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{
		bad: strings.Replace(string(code), b.old, b.new, 1), filepath.Join(dir, "overlay.json"): string(overlay),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	binary, of := filepath.Join(dir, "hunt.test"), ".."
	if b.test != "" {
		of = filepath.Dir(path)
		if b.dir != "" {
			of = filepath.Join("..", "..", b.dir)
		}
	}
	if out, err := exec.Command("go", "test", "-c", "-tags", "steadysim", "-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, of).CombinedOutput(); err != nil {
		t.Errorf("%s: go test -c: %v\n%s", b.name, err, out)
		return "", ""
	}
	if b.test != "" {
		return b.fails(t, binary, of)
	}
	out, err := exec.Command(binary, "-test.run", "^TestSimulationOf(EveryPart|Ends)$/^"+strings.ReplaceAll(b.scenario, " ", "_")+"$",
		fmt.Sprint("-steadytest.seeds=", within), "-test.timeout=60s").CombinedOutput()
	m := failure.FindSubmatch(out)
	if m == nil {
		t.Logf("%s: %v\n%.3000s", b.name, err, out)
		return "", ""
	}
	return string(m[1]), cut(string(m[2]))
}

// fails runs the test of the bug, which has to fail. What it says is not for the table:
// it may be another thing each time.
func (b *planted) fails(t *testing.T, binary, dir string) (seed, found string) {
	c := exec.Command(binary, "-test.run", "^"+b.test+"$", "-test.failfast", "-test.timeout=60s")
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("--- FAIL: "+b.test)) {
		t.Logf("%s: %v\n%.3000s", b.name, err, out)
		return "", ""
	}
	return "–", "it fails"
}

// cut shortens what goes into the table.
func cut(s string) string {
	if r := []rune(s); len(r) > 140 {
		return string(r[:140]) + " …"
	}
	return s
}

const (
	tableBegin = "<!-- planted bugs: made by `go test ./runtime/steadytest/planted -update` -->\n"
	tableEnd   = "<!-- end -->\n"
)

// checkTable compares the rows with those of the document, or writes them there.
func checkTable(t *testing.T, rows []string) {
	t.Helper()
	const file = "../../../docs/testing.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), tableBegin)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", file)
	}
	table := "| planted bug | in | scenario or test | found by seed | it says |\n| --- | --- | --- | --- | --- |\n" + strings.Join(rows, "\n") + "\n"
	want := before + tableBegin + table + tableEnd + after
	if want == string(text) {
		return
	}
	if !*update {
		t.Errorf("%s is out of date: run the test with -update, and look at the difference", file)
		return
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
