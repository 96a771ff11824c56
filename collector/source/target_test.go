package source

import (
	"errors"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for text, want := range map[string]Target{
		"":              {},
		"nav":           {Name: "nav"},
		"nav:12":        {Name: "nav", PID: 12},
		"nav:2:12":      {Name: "nav:2", PID: 12},
		"nav:x":         {Name: "nav:x"},
		"nav:":          {Name: "nav:"},
		":12":           {Name: ":12"},
		"12":            {PID: 12},
		"0":             {Name: "0"},
		"+12":           {Name: "+12"},
		"99999999999":   {Name: "99999999999"},
		"./nav-12.sock": {Path: "./nav-12.sock"},
		"nav-12.sock":   {Path: "nav-12.sock"},
		"/tmp/x":        {Path: "/tmp/x"},
		"my nav":        {Name: "my nav"},
	} {
		want.text = text
		got, err := ParseTarget(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"ssh://host/nav", "http://localhost:9900/metrics", "a\x00b", strings.Repeat("a", 5000)} {
		if got, err := ParseTarget(text); !errors.Is(err, ErrTarget) {
			t.Errorf("%.20q: %+v, %v", text, got, err)
		}
	}
}

func TestTargetMatches(t *testing.T) {
	nav := ServiceInfo{Name: "nav", PID: 12, Path: "/run/nav-12.sock"}
	odd := ServiceInfo{Name: "nav:12", PID: 7, Path: "/run/x.sock"}
	digits := ServiceInfo{Name: "12", PID: 8}
	for text, want := range map[string][3]bool{
		"":                 {true, true, true},
		"nav":              {true, false, false},
		"nav:12":           {true, true, false}, // also a name
		"nav:13":           {},
		"12":               {true, false, true},
		"/run/nav-12.sock": {true, false, false},
		"navy":             {},
	} {
		target, err := ParseTarget(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]bool{target.matches(&nav), target.matches(&odd), target.matches(&digits)}; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"", "nav", "nav:12", "12", "/a/b.sock", "ssh://u@h/n", "a\x1b[2J:3", "\xff:1", ":", "1:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		target, err := ParseTarget(text)
		if err != nil {
			if !errors.Is(err, ErrTarget) || strings.ContainsAny(err.Error(), "\x1b\x00\n") {
				t.Fatalf("%q: %q", text, err)
			}
			return
		}
		if target.PID < 0 || target.Path != "" && (target.Name != "" || target.PID != 0) {
			t.Fatalf("%q: %+v", text, target)
		}
		if strings.ContainsAny(target.String(), "\x1b\x00\n") {
			t.Fatalf("%q is shown as %q", text, target)
		}
		if target.Path == "" && target.Name != "" && !target.matches(&ServiceInfo{Name: target.String(), PID: 1}) {
			t.Fatalf("%q does not match a service of that name", text)
		}
	})
}
