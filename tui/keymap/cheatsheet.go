package keymap

import (
	"fmt"
	"slices"
	"strings"
)

// CheatSheet returns all keys as Markdown: the text of docs/cheatsheet.md.
func CheatSheet() string {
	var b strings.Builder
	b.WriteString("# Keys of steadytop\n\n")
	b.WriteString("Made from the table in `tui/keymap` by `go test ./tui/keymap -update`; do not edit.\n")
	b.WriteString("`?` shows the keys of the view in front of you. **!** marks what affects the service.\n")
	for _, s := range group(table) {
		fmt.Fprintf(&b, "\n## %s\n\n| keys | what they do | where |\n| --- | --- | --- |\n", s.Title)
		for _, row := range s.Bindings {
			danger := ""
			if row.Dangerous {
				danger = " **!**"
			}
			fmt.Fprintf(&b, "| %s | %s%s | %s |\n", markdownKeys(row.Keys), row.Help, danger, where(row.Views))
		}
	}
	return b.String()
}

func markdownKeys(keys []string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = "`" + strings.ReplaceAll(Label(k, false), "|", "\\|") + "`"
	}
	return strings.Join(out, " ")
}

func where(views []View) string {
	if len(views) == int(viewCount) {
		return "everywhere"
	}
	missing := slices.ContainsFunc(base, func(v View) bool { return !slices.Contains(views, v) })
	var out []string
	if !missing {
		out = append(out, "all views")
	}
	for _, v := range views {
		if missing || !slices.Contains(base, v) {
			out = append(out, v.String())
		}
	}
	return strings.Join(out, ", ")
}
