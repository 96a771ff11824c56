package keymap

import "strings"

var arrows = strings.NewReplacer("left", "←", "right", "→", "up", "↑", "down", "↓")

// Label returns key as a person reads it: "ctrl-d", "space", "↑". With ascii
// it has no characters outside of ASCII.
func Label(key string, ascii bool) string {
	mod, base := "", key
	if i := strings.LastIndexByte(key, '+'); i > 0 {
		mod, base = strings.ReplaceAll(key[:i+1], "+", "-"), key[i+1:]
	}
	switch base {
	case "left", "right", "up", "down":
		if !ascii {
			base = arrows.Replace(base)
		}
	case "pgup":
		base = "page-up"
	case "pgdown":
		base = "page-down"
	}
	return mod + base
}

// Labels returns all keys of b as a person reads them, joined by sep.
func (b Binding) Labels(sep string, ascii bool) string {
	out := make([]string, len(b.Keys))
	for i, k := range b.Keys {
		out[i] = Label(k, ascii)
	}
	return strings.Join(out, sep)
}

// HintKeys returns what the footer shows as the keys of b.
func (b Binding) HintKeys(ascii bool) string {
	if b.Hint.Keys != "" {
		return b.Hint.Keys
	}
	return Label(b.Keys[0], ascii)
}
