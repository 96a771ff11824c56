package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// The results stand between these lines of the document.
const (
	beginResults = "<!-- results: written by make bench -->\n"
	endResults   = "<!-- end of results -->\n"
)

// readResults reads what an earlier run wrote.
func readResults(path string) (*results, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("results: %w", err)
	}
	r := new(results)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("results: %s: %w", path, err)
	}
	return r, nil
}

// document replaces the results in the document at path.
func (r *results) document(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("document: %w", err)
	}
	before, _, after, err := aroundResults(text)
	if err != nil {
		return fmt.Errorf("document: %s: %w", path, err)
	}
	var out bytes.Buffer
	out.Write(before)
	r.markdown(&out)
	out.Write(after)
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	return nil
}

// aroundResults splits a document; both marks belong to what is around.
func aroundResults(text []byte) (before, inside, after []byte, err error) {
	i := bytes.Index(text, []byte(beginResults))
	k := bytes.Index(text, []byte(endResults))
	if i < 0 || k < i {
		return nil, nil, nil, fmt.Errorf("want a line %q and after it a line %q", beginResults, endResults)
	}
	i += len(beginResults)
	return text[:i], text[i:k], text[k:], nil
}

// markdown writes the results as the document has them: a section for each
// family. What is slower than its rival, or misses a promise, is bold.
func (r *results) markdown(out *bytes.Buffer) {
	fmt.Fprintf(out, "\n%s: %s, %s/%s, %s, %d cores", r.Date.Format(time.DateOnly), r.Go, r.OS, r.Arch, orUnknown(r.CPU), r.Cores)
	if r.Load[0] != "" {
		fmt.Fprintf(out, "; load %s before, %s after", r.Load[0], r.Load[1])
	}
	fmt.Fprintf(out, ". %d rounds of %s. The same code against itself: %s to %s.\n",
		r.Rounds, r.Slot, short(r.Noise.Best), short(r.Noise.Worst))
	for _, f := range families() {
		if !r.has(f.name) {
			continue // it is younger than these results
		}
		fmt.Fprintf(out, "\n### %s\n", f.title)
		for _, c := range r.Contests {
			if c.Family == f.name {
				c.markdown(out)
			}
		}
		r.figureMarkdown(out, f.name)
	}
	out.WriteByte('\n')
}

// has reports whether there is anything of the family.
func (r *results) has(family string) bool {
	return slices.ContainsFunc(r.Contests, func(c contestResult) bool { return c.Family == family }) ||
		slices.ContainsFunc(r.Figures, func(f figureResult) bool { return f.Family == family })
}

func (c *contestResult) markdown(out *bytes.Buffer) {
	fmt.Fprintf(out, "\n| %s | ns a %s | ours is | best by best | must | |\n| --- | --- | --- | --- | --- | --- |\n", c.Name, c.Unit)
	fmt.Fprintf(out, "| steadytop: %s | %s | | | | same code: %s–%s |\n", c.Ours, short(c.Nanoseconds.Best), short(c.Noise.Best), short(c.Noise.Worst))
	for _, m := range c.Matches {
		form, slower := "%sx as fast", m.Ratio.Median < 1
		if m.Bound.AtMost {
			form, slower = "%s of its time", m.Ratio.Median > 1
		}
		ratio := fmt.Sprintf(form, short(m.Ratio.Median))
		if slower {
			ratio = "**" + ratio + "**"
		}
		must, _ := m.Bound.limits("")
		fmt.Fprintf(out, "| %s | %s | %s (%s–%s) | %s | %s | %s |\n", m.Rival, short(m.Nanoseconds.Best), ratio,
			short(m.Between[0]), short(m.Between[1]), short(m.BestByBest), must, verdictMarkdown(m.Verdict))
	}
}

func (r *results) figureMarkdown(out *bytes.Buffer, family string) {
	begun := false
	for _, f := range r.Figures {
		if f.Family != family {
			continue
		}
		if !begun {
			out.WriteString("\n| | best | median | must | |\n| --- | --- | --- | --- | --- |\n")
			begun = true
		}
		must, _ := f.Bound.limits("")
		fmt.Fprintf(out, "| %s | %s %s | %s | %s | %s |\n", f.Name, short(f.Value.Best), f.Unit,
			short(f.Value.Median), must, verdictMarkdown(f.Verdict))
	}
}

func verdictMarkdown(verdict string) string {
	switch verdict {
	case unbound:
		return ""
	case failed, unclear:
		return "**" + verdict + "**"
	default:
		return verdict
	}
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown processor"
	}
	return s
}

// processorName returns what the system calls its processor, "" where it does
// not tell.
func processorName() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
