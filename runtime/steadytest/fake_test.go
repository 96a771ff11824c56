package steadytest

import (
	"fmt"
	"strings"
	"testing"
)

// fake is a test that is expected to fail. It notes what it is told.
type fake struct {
	testing.TB
	errors, logs []string
}

type fatal struct{}

func (f *fake) Helper()      {}
func (f *fake) Name() string { return "TestFake" }
func (f *fake) Failed() bool { return len(f.errors) > 0 }
func (f *fake) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}

func (f *fake) Errorf(format string, args ...any) {
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

func (f *fake) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(fatal{})
}

// failing runs f with a test that fails, and returns what that was told.
func failing(t *testing.T, f func(tb *fake)) string {
	t.Helper()
	tb := &fake{TB: t}
	func() {
		defer func() {
			if v := recover(); v != nil && v != (fatal{}) {
				panic(v)
			}
		}()
		f(tb)
	}()
	if !tb.Failed() {
		t.Errorf("the test did not fail; it said %q", tb.logs)
	}
	return strings.Join(append(tb.errors, tb.logs...), "\n")
}

// wantWords fails the test unless all words are in the text.
func wantWords(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the report does not say %q:\n%s", w, text)
		}
	}
}
