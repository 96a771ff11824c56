package view

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

func init() {
	if flag.Lookup("update") == nil {
		flag.Bool("update", false, "rewrite the golden files")
	}
}

// sizes are the terminals for which goldens are kept.
var sizes = []struct {
	name   string
	w, h   int
	glyphs *screen.GlyphSet
}{
	{"40x10", 40, 10, screen.Unicode},
	{"80x24", 80, 24, screen.Unicode},
	{"160x50", 160, 50, screen.Unicode},
	{"ascii", 80, 24, screen.ASCII},
}

// goldens draws a view at all sizes and compares the screens with the files of
// that name.
func goldens(t *testing.T, name string, draw func(c *screen.Canvas, th *theme.Theme)) {
	t.Helper()
	for _, size := range sizes {
		c := screen.NewCanvas(size.w, size.h)
		c.SetGlyphs(size.glyphs)
		draw(c, theme.Dark)
		golden(t, name+"."+size.name, c)
	}
}

// golden compares a screen with a file; with -update it writes the file.
func golden(t *testing.T, name string, c *screen.Canvas) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := c.String()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./tui/view -update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s changed (-want +got):\n%s", path, diff)
	}
}
