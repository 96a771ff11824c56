package keymap

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

var update = flag.Bool("update", false, "rewrite docs/cheatsheet.md")

func TestNoKeyIsBoundTwiceInOneView(t *testing.T) {
	seen := map[at]string{}
	for _, b := range table {
		for _, v := range b.Views {
			for _, k := range b.Keys {
				if was, ok := seen[at{v, k}]; ok {
					t.Errorf("%q in %s: both %q and %q", k, v, was, b.Help)
				}
				seen[at{v, k}] = b.Help
			}
		}
	}
}

func TestEveryRowIsComplete(t *testing.T) {
	bound := map[Action]bool{}
	for _, b := range table {
		bound[b.Action] = true
		if len(b.Keys) == 0 || len(b.Views) == 0 || b.Help == "" || b.Group == "" || b.Action == None {
			t.Errorf("incomplete row: %+v", b)
		}
		if (b.Hint.Rank == 0) != (b.Hint.Label == "") {
			t.Errorf("a hint needs a rank and a label: %+v", b)
		}
	}
	for a := None + 1; a < actionCount; a++ {
		if !bound[a] {
			t.Errorf("action %d has no key", a)
		}
	}
	for _, v := range Views() {
		ranks := map[int]string{}
		for _, b := range Footer(v) {
			if other, ok := ranks[b.Hint.Rank]; ok {
				t.Errorf("%s: hints %q and %q have the same rank", v, other, b.Hint.Label)
			}
			ranks[b.Hint.Rank] = b.Hint.Label
		}
		if len(ranks) == 0 {
			t.Errorf("%s has no hint in the footer", v)
		}
	}
}

// TestOnlyOneKeyAsksToStop keeps the way to a stop narrow: one key opens the
// question, and neither a key of habit nor a control key answers it.
func TestOnlyOneKeyAsksToStop(t *testing.T) {
	for _, b := range table {
		if b.Dangerous != (b.Action == AskStop || b.Action == Confirm) {
			t.Errorf("%v: dangerous is %v", b.Keys, b.Dangerous)
		}
		if b.Action == AskStop && !slices.Equal(b.Keys, []string{"S"}) {
			t.Errorf("asking to stop is on %v", b.Keys)
		}
	}
	for key, want := range map[string]Action{"y": Confirm, "n": Deny, "enter": Deny, "esc": Deny, "space": None, "S": None, "Y": None} {
		if got, _ := Lookup(Stop, key); got != want {
			t.Errorf("%q in the stop dialog is action %d, want %d", key, got, want)
		}
	}
}

func TestTheWayOutIsAlwaysOpen(t *testing.T) {
	for _, v := range Views() {
		for key, want := range map[string]Action{"ctrl+c": Quit, "ctrl+z": Suspend, "ctrl+l": Redraw} {
			if got, ok := Lookup(v, key); !ok || got != want {
				t.Errorf("%s in %s is action %d, want %d", key, v, got, want)
			}
		}
		if !v.Typing() {
			continue
		}
		for _, b := range Bindings(v) {
			for _, k := range b.Keys {
				if len([]rune(k)) == 1 {
					t.Errorf("%s takes text, but %q is bound to %q", v, k, b.Help)
				}
			}
		}
	}
	if _, ok := Lookup(Graph, "€"); ok {
		t.Error("an unknown key is bound")
	}
}

// TestKeyNames checks that every name of a key is one that a key press can
// have, by making the press.
func TestKeyNames(t *testing.T) {
	special := map[string]rune{
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "tab": tea.KeyTab, "enter": tea.KeyEnter, "esc": tea.KeyEscape,
		"backspace": tea.KeyBackspace, "space": tea.KeySpace, "f1": tea.KeyF1,
	}
	for _, b := range table {
		for _, name := range b.Keys {
			press := tea.KeyPressMsg{}
			base := name
			for mod, bit := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "shift+": tea.ModShift} {
				if rest, ok := strings.CutPrefix(base, mod); ok {
					base, press.Mod = rest, press.Mod|bit
				}
			}
			if code, ok := special[base]; ok {
				press.Code = code
			} else {
				press.Code = []rune(base)[0]
				if press.Mod == 0 {
					press.Text = base
				}
			}
			if got := press.String(); got != name {
				t.Errorf("no key press is called %q; the nearest is %q", name, got)
			}
		}
	}
}

func TestLabels(t *testing.T) {
	for key, want := range map[string][2]string{
		"ctrl+d": {"ctrl-d", "ctrl-d"}, "shift+left": {"shift-←", "shift-left"}, "+": {"+", "+"}, "up": {"↑", "up"}, "pgup": {"page-up", "page-up"},
	} {
		if got := [2]string{Label(key, false), Label(key, true)}; got != want {
			t.Errorf("Label(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestSectionsHoldEveryBinding(t *testing.T) {
	for _, v := range Views() {
		n := 0
		for _, s := range Sections(v) {
			n += len(s.Bindings)
		}
		if n != len(Bindings(v)) || n == 0 {
			t.Errorf("%s: %d bindings in sections, %d in all", v, n, len(Bindings(v)))
		}
	}
}

func TestCheatSheetIsUpToDate(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "cheatsheet.md")
	want := CheatSheet()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is out of date; run: go test ./tui/keymap -update", path)
	}
}
