package archtest

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root returns the folder of the module's go.mod.
func root(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatalf("go env GOMOD: %v", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out)))
}

func report(t *testing.T, problems []Problem) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

func TestImportDirections(t *testing.T) {
	pkgs, err := List(root(t))
	if err != nil {
		t.Fatal(err)
	}
	own := 0
	for _, p := range pkgs {
		if matches(p.ImportPath, "./...") {
			own++
		}
	}
	if own < 2 {
		t.Fatalf("go list found %d packages of %s; the rules would say nothing", own, Module)
	}
	report(t, Imports(pkgs, Rules))
}

func TestSource(t *testing.T) {
	dir := root(t)
	files, err := Parse(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("found %d Go files below %s; the rules would say nothing", len(files), dir)
	}
	t.Run("package docs", func(t *testing.T) { report(t, PackageDocs(files)) })
	t.Run("exported docs", func(t *testing.T) { report(t, ExportedDocs(files)) })
	t.Run("sizes", func(t *testing.T) { report(t, Sizes(files)) })
	t.Run("names", func(t *testing.T) { report(t, Names(files)) })
	t.Run("sleeps", func(t *testing.T) { report(t, Sleeps(files)) })
}

func TestGoMod(t *testing.T) {
	text, err := fs.ReadFile(os.DirFS(root(t)), "go.mod")
	if err != nil {
		t.Fatal(err)
	}
	report(t, Replaces(string(text)))
}
