package archtest

import "strings"

// Replaces finds replace directives in the text of a go.mod. With one,
// `go install …@version` refuses the module.
func Replaces(text string) []Problem {
	var out []Problem
	block := false
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case block && words[0] == ")":
			block = false
		case block || words[0] == "replace" || strings.HasPrefix(words[0], "replace("):
			if opens := words[len(words)-1]; !block && strings.HasSuffix(opens, "(") {
				block = true
				continue
			}
			out = append(out, problem("go.mod", "line %d: replace: the module could not be installed by its path", i+1))
		}
	}
	return out
}
