// Package keymap is the one table of keys. The dashboard looks keys up in it;
// the help overlay, the footer and docs/cheatsheet.md are made from it. A key
// that is bound twice in one view fails a test.
package keymap

import "slices"

// View is a part of the screen that has the keys. Views that are open on top
// of another, such as Help or Stop, have only their own keys.
type View uint8

// The views. The first five have a number key, in this order.
const (
	Graph    View = iota // the graph of actors and channels
	Actors               // the list of actors
	Channels             // the list of channels
	Events               // why: the bottleneck in words, and what happened
	Shutdown             // votes, while a service stops
	Detail               // one actor or channel
	Help                 // the keys of the view below
	Search               // the line in which a search is typed
	Stop                 // the question whether to stop the service: y or no
	StopName             // the same for a remote service: its name is typed
	Picker               // which service to attach to
	viewCount
)

var viewNames = [viewCount]string{
	"graph", "actors", "channels", "why", "shutdown", "detail", "help", "search", "stop", "stop (remote)", "picker",
}

// String returns the name of the view as the screen shows it.
func (v View) String() string {
	if v < viewCount {
		return viewNames[v]
	}
	return "unknown"
}

// Views returns all views.
func Views() []View {
	all := make([]View, viewCount)
	for i := range all {
		all[i] = View(i)
	}
	return all
}

// Tabs returns the views that tab goes through, in order.
func Tabs() []View { return []View{Graph, Actors, Channels, Events, Shutdown} }

// Typing reports whether v takes text: a key that Lookup does not know is a
// character of the text there, and nothing anywhere else.
func (v View) Typing() bool { return v == Search || v == StopName }

// Binding is one row of the table.
type Binding struct {
	// Keys are named as Bubble Tea names them: "j", "J", "ctrl+d", "space",
	// "shift+tab", "enter", "esc", "up". Any of them works.
	Keys   []string
	Action Action
	Help   string // what it does, as the help overlay says it
	Group  string // the section of the help overlay
	Views  []View
	// Hint is how the footer shows the binding.
	Hint Hint
	// Dangerous marks what affects the service. It only ever opens a
	// question, or is the answer to one.
	Dangerous bool
}

// Hint is a binding in the footer.
type Hint struct {
	Rank  int    // 1 is the last to be dropped when room is short; 0 is not shown
	Keys  string // instead of the first key, such as "hjkl" for four bindings
	Label string // one word or two
}

// Lookup returns what key does in v. The name of a key is what the String
// method of a Bubble Tea key press returns.
func Lookup(v View, key string) (Action, bool) {
	a, ok := index[at{v, key}]
	return a, ok
}

type at struct {
	view View
	key  string
}

var index = func() map[at]Action {
	m := make(map[at]Action)
	for _, b := range table {
		for _, v := range b.Views {
			for _, k := range b.Keys {
				m[at{v, k}] = b.Action
			}
		}
	}
	return m
}()

// Table returns a copy of the whole table.
func Table() []Binding { return slices.Clone(table) }

// Bindings returns the rows that are valid in v, in the order of the table.
func Bindings(v View) []Binding {
	var out []Binding
	for _, b := range table {
		if slices.Contains(b.Views, v) {
			out = append(out, b)
		}
	}
	return out
}

// Footer returns the rows of v that have a hint, the most important first.
func Footer(v View) []Binding {
	out := slices.DeleteFunc(Bindings(v), func(b Binding) bool { return b.Hint.Rank == 0 })
	slices.SortStableFunc(out, func(a, b Binding) int { return a.Hint.Rank - b.Hint.Rank })
	return out
}

// Section is a group of bindings in the help overlay.
type Section struct {
	Title    string
	Bindings []Binding
}

// Sections returns the bindings of v in their groups, for the help overlay.
func Sections(v View) []Section { return group(Bindings(v)) }

func group(bindings []Binding) []Section {
	var out []Section
	for _, b := range bindings {
		i := slices.IndexFunc(out, func(s Section) bool { return s.Title == b.Group })
		if i < 0 {
			i = len(out)
			out = append(out, Section{Title: b.Group})
		}
		out[i].Bindings = append(out[i].Bindings, b)
	}
	return out
}
