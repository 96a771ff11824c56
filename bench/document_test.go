package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocumentIsOfResults holds the published document against the published
// results.
func TestDocumentIsOfResults(t *testing.T) {
	r, err := readResults("results.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "docs", "performance.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, inside, _, err := aroundResults(text)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	r.markdown(&want)
	if !bytes.Equal(inside, want.Bytes()) {
		t.Error("docs/performance.md is not what results.json says; run: go run . -from results.json -doc ../docs/performance.md")
	}
}

func TestDocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.md")
	r := &results{Contests: []contestResult{{
		Family: "easy", Name: "work", Unit: "message", Ours: "ours",
		Matches: []matchResult{
			{Rival: "slow", Ratio: spread{Median: 2}, Bound: atLeast(1, 0), Verdict: mustHolds},
			{Rival: "fast", Ratio: spread{Median: 0.5}, Verdict: unbound},
			{Rival: "cheap", Ratio: spread{Median: 1.5}, Bound: atMost(1.2, 0), Verdict: failed},
		},
	}}}
	if err := r.document(path); err == nil {
		t.Error("wrote into nothing")
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("before\nafter\n")
	if err := r.document(path); err == nil || !strings.Contains(err.Error(), "want a line") {
		t.Errorf("without marks: %v", err)
	}
	write("before\n" + beginResults + "stale\n" + endResults + "after\n")
	for range 2 { // the second time into what the first one wrote
		if err := r.document(path); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for _, want := range []string{"before\n", "after\n", "| 2x as fast ", "| **0.5x as fast** ", "| **1.5 of its time** ", "**does not hold**"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if title := lanesFamily().title; strings.Contains(got, title) {
		t.Errorf("%q has a heading, and nothing was measured", title)
	}
	if strings.Contains(got, "stale") || strings.Count(got, "| slow |") != 1 {
		t.Errorf("%s", got)
	}
}
