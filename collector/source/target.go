package source

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/steadytop/steadytop/internal/safetext"
)

// Target says which service is meant. The zero Target means any.
type Target struct {
	Name string // of the service, "" for any
	PID  int    // 0 for any
	Path string // of a socket; the others are not set then

	// text is what the user wrote. A service whose name looks like something
	// else, "a:1" or "42", is found by it too.
	text string
}

// ErrTarget means that a text names no target that can be reached.
var ErrTarget = errors.New("source: not a target")

// ParseTarget reads a target as users write it: "name", "name:pid", "pid", or
// the path of a socket, which contains a slash or ends with ".sock". The empty
// text is the zero Target.
func ParseTarget(text string) (Target, error) {
	t := Target{text: text}
	shown := strconv.Quote(safetext.Clean(text, maxName))
	switch {
	case text == "":
		return t, nil
	case len(text) > 4096:
		return Target{}, fmt.Errorf("%w: %d bytes are too many", ErrTarget, len(text))
	case strings.ContainsRune(text, 0):
		return Target{}, fmt.Errorf("%w: %s has a zero byte", ErrTarget, shown)
	case strings.Contains(text, "://"):
		return Target{}, fmt.Errorf("%w: %s: give a service of this machine as name, name:pid, pid or the path of its socket", ErrTarget, shown)
	case strings.Contains(text, "/") || strings.HasSuffix(text, ".sock"):
		t.Path = text
		return t, nil
	}
	if pid, ok := parsePID(text); ok {
		t.PID = pid
		return t, nil
	}
	if i := strings.LastIndexByte(text, ':'); i > 0 {
		if pid, ok := parsePID(text[i+1:]); ok {
			t.Name, t.PID = text[:i], pid
			return t, nil
		}
	}
	t.Name = text
	return t, nil
}

// parsePID reads a positive number in plain digits.
func parsePID(text string) (int, bool) {
	pid, err := strconv.ParseUint(text, 10, 31)
	return int(pid), err == nil && pid > 0
}

// String returns the target as it was written, in a form that is safe to show.
func (t Target) String() string { return safetext.Clean(t.text, maxName) }

// matches reports whether s is meant.
func (t Target) matches(s *ServiceInfo) bool {
	if t.text != "" && t.Path == "" && safetext.Clean(t.text, maxName) == s.Name {
		return true
	}
	switch {
	case t.Path != "":
		return s.Path == t.Path
	case t.PID != 0 && t.PID != s.PID:
		return false
	case t.Name != "" && safetext.Clean(t.Name, maxName) != s.Name:
		return false
	}
	return true
}
