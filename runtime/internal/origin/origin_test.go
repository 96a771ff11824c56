package origin

import (
	"runtime"
	"strings"
	"testing"
)

func TestHereIsWhereThePanicCameFrom(t *testing.T) {
	place := func(f func()) (at string) {
		defer func() {
			_ = recover()
			at = Here()
		}()
		f()
		return ""
	}
	var m map[string]int
	minus := -1
	for what, f := range map[string]func(){
		"own":      func() { panic("x") },
		"nil map":  func() { m["a"] = 1 },
		"standard": func() { _ = strings.Repeat("x", minus) },
		"deep":     func() { _ = strings.Map(func(r rune) rune { panic(r) }, "x") },
	} {
		if at := place(f); !strings.HasPrefix(at, "origin/origin_test.go:") {
			t.Errorf("%s: %q", what, at)
		}
	}
}

func TestWhoseFrameItIs(t *testing.T) {
	const root = "/usr/local/go/src/"
	for _, c := range []struct {
		function, file    string
		library, standard bool
	}{
		{"strings.Repeat", root + "strings/strings.go", false, true},
		{"vendor/golang.org/x/net/idna.x", root + "vendor/golang.org/x/net/idna/x.go", false, true},
		{"main.main", "/home/me/cases/main.go", false, false},
		{"cases/ship.Dock", "/home/me/cases/ship/dock.go", false, false},
		{library + ".(*Actor).incarnation", "/x/runtime/supervise.go", true, false},
		{library + "/actors.FromChan[...].func1", "/x/runtime/actors/fromchan.go", true, false},
		{library + ".TestX.func1", "/x/runtime/x_test.go", false, false},
		{library + "x.Main", "/x/runtimex/main.go", false, false},
	} {
		f := runtime.Frame{Function: c.function, File: c.file}
		if isLibrary(f) != c.library || !c.library && isStandard(f, root, "cases") != c.standard {
			t.Errorf("%s: library %v, standard %v", c.function, isLibrary(f), isStandard(f, root, "cases"))
		}
		f.File = strings.TrimPrefix(f.File, root) // -trimpath
		if !c.library && isStandard(f, "", "cases") != c.standard {
			t.Errorf("%s without paths: standard %v", c.function, isStandard(f, "", "cases"))
		}
	}
}

func TestPackageOf(t *testing.T) {
	for function, want := range map[string]string{
		"main.main.func1":                     "main",
		"strings.(*Builder).grow":             "strings",
		"github.com/a/b.v2/c.F[...]":          "github.com/a/b.v2/c",
		"cases/ship.Dock.func1-range1":        "cases/ship",
		"vendor/golang.org/x/net/http.(*x).y": "vendor/golang.org/x/net/http",
	} {
		if got := packageOf(function); got != want {
			t.Errorf("%s: %q", function, got)
		}
	}
}
