package steadytest

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// A goroutine of a bubble rests when only its bubble can wake it. The system may
// wake one that waits for a socket, so package testing/synctest takes it for busy,
// for ever if nothing comes. The stacks tell those that do not rest.

// sleeper is a goroutine as the trace of all shows it.
type sleeper struct {
	id      uint64
	state   string // "IO wait"
	bubble  uint64 // 0 outside of all
	durable bool   // it rests
	top     string // function in which it is, below those of the Go runtime
	place   string // file:line in code of the user; "" when there is none
	creator string // function that started it
	parent  uint64 // goroutine that did
}

// outsiders says who waits outside of the bubble; "" if nobody does, or if
// somebody runs, which may be the reason.
func (h *Harness) outsiders() string {
	var lines []string
	known := map[uint64]string{}
	for i, id := range h.goroutines() {
		known[id] = fmt.Sprintf("actor %q", h.graph.actors[i].Name)
	}
	for _, s := range sleepers() {
		switch {
		case s.bubble == 0 || s.bubble != h.bubble.Load() || s.durable || strings.HasPrefix(s.state, "synctest."):
		case s.state == "running" || s.state == "runnable":
			return ""
		default:
			lines = append(lines, h.line(&s, known))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	for i := range h.graph.actors {
		if where := h.story.lastCall(i); where != "" {
			lines = append(lines, fmt.Sprintf("actor %q was in Blocking last at %s", h.graph.actors[i].Name, where))
		}
	}
	return fmt.Sprintf("steadytest: the graph does not come to rest: something waits outside of the bubble of this test, where no time of the test passes:\n\t%s\n"+
		"a socket, a file, another process and a mutex are outside: give the body a function or an interface for what it talks to, net.Pipe for a connection, "+
		"or test the graph without a harness%s", strings.Join(lines, "\n\t"), h.story.String())
}

// goroutines returns those of the actors, by actor.
func (h *Harness) goroutines() []uint64 {
	h.story.mu.Lock()
	g := h.story.g
	h.story.mu.Unlock()
	if g == nil {
		return nil
	}
	return g.rig.Goroutines()
}

// line says who s is and where it waits.
func (h *Harness) line(s *sleeper, known map[uint64]string) string {
	who := known[s.id]
	if who == "" {
		who = "a goroutine"
		if k := known[s.parent]; k != "" {
			who += " of " + k
		}
		if s.creator != "" {
			who += ", started by " + s.creator + ","
		}
	}
	at := ""
	if s.place != "" {
		at = " at " + s.place
	}
	return fmt.Sprintf("%s waits (%s) in %s%s", who, s.state, s.top, at)
}

// ownBubble returns the number of the bubble of the caller; 0 if it is in none.
func ownBubble() uint64 { return self().bubble }

// ownGoroutine returns the number of the caller.
func ownGoroutine() uint64 { return self().id }

func self() sleeper {
	buf := make([]byte, 1<<10)
	head, _, _ := bytes.Cut(buf[:runtime.Stack(buf, false)], []byte("\n"))
	s := sleeper{}
	s.header(string(head))
	return s
}

// sleepers returns all goroutines.
func sleepers() (all []sleeper) {
	buf := make([]byte, 1<<20)
	for n := runtime.Stack(buf, true); ; n = runtime.Stack(buf, true) {
		if n < len(buf) || n >= 64<<20 {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	for text := range strings.SplitSeq(string(buf), "\n\n") {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		var s sleeper
		if s.header(lines[0]) {
			s.frames(lines[1:])
			all = append(all, s)
		}
	}
	return all
}

// header reads "goroutine 7 [IO wait, 2 minutes, synctest bubble 5]:".
func (s *sleeper) header(line string) bool {
	rest, ok := strings.CutPrefix(line, "goroutine ")
	if !ok {
		return false
	}
	id, rest, _ := strings.Cut(rest, " ")
	s.id, _ = strconv.ParseUint(id, 10, 64)
	_, rest, _ = strings.Cut(rest, "[")
	parts := strings.Split(strings.TrimSuffix(rest, "]:"), ", ")
	s.state, s.durable = strings.CutSuffix(parts[0], " (durable)")
	for _, p := range parts[1:] {
		if n, ok := strings.CutPrefix(p, "synctest bubble "); ok {
			s.bubble, _ = strconv.ParseUint(n, 10, 64)
		}
	}
	return true
}

// frames reads the pairs of lines of the calls, innermost first.
func (s *sleeper) frames(lines []string) {
	last := ""
	for i := 0; i+1 < len(lines); i += 2 {
		function := lines[i]
		if made, ok := strings.CutPrefix(function, "created by "); ok {
			made, parent, _ := strings.Cut(made, " in goroutine ")
			s.creator = made
			s.parent, _ = strconv.ParseUint(parent, 10, 64)
			return
		}
		if at := strings.LastIndexByte(function, '('); at > 0 {
			function = function[:at]
		}
		if hidden(function) || s.place != "" {
			continue
		}
		if s.top == "" {
			s.top = function
		}
		if file, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " "); own(function, file) {
			s.place = file
			if last != "" {
				s.top = last // what the user has called says more than what that came to
			}
		}
		last = function
	}
}

// hidden reports whether a function says nothing about what is waited for.
func hidden(function string) bool {
	for _, p := range []string{"internal/", "runtime.", "sync.runtime_", "syscall."} {
		if strings.HasPrefix(function, p) {
			return true
		}
	}
	return false
}

// place returns file:line of the innermost call in code of the user.
func place(frames *runtime.Frames) string {
	for {
		f, more := frames.Next()
		if own(f.Function, f.File) {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return ""
		}
	}
}

// own reports whether a function is code of the user: neither of Go nor of this
// library, tests excepted.
func own(function, file string) bool {
	if strings.HasSuffix(strings.SplitN(file, ":", 2)[0], "_test.go") {
		return true
	}
	return !strings.HasPrefix(function, library) && !strings.HasPrefix(file, goRoot) && !strings.HasPrefix(function, "runtime.")
}

// library is the beginning of the names of all functions of this library, goRoot
// that of the files of the standard library.
var (
	library = strings.TrimSuffix(reflect.TypeFor[Harness]().PkgPath(), "/steadytest")
	goRoot  = rootOf(fmt.Sprint)
)

// rootOf returns the folder of all packages, by a function of package fmt.
func rootOf(f any) string {
	pc := reflect.ValueOf(f).Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	root, _, ok := strings.Cut(file, "fmt/")
	if !ok || root == "" {
		return "fmt/" // cut away by -trimpath: only the tests of the user are told from the rest
	}
	return root
}
