// Package theme maps what a part of the screen means to how it looks. Views
// name tokens and never colours. Colour is never the only sign: severity also
// has a line weight, selection is reverse video, states have glyphs.
package theme

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
)

// Theme is a set of tokens. A Theme is not changed once it is in use.
type Theme struct {
	Name string // as a user names it

	// Text.
	Text   screen.Style // names and figures
	Strong screen.Style // what the eye should find first in a line
	Muted  screen.Style // labels and units
	Faint  screen.Style // what may be overlooked: empty gauges, idle time
	Accent screen.Style // the product's name, live marks, links between panes
	Match  screen.Style // text found by a search

	// Frames.
	Border      screen.Style
	BorderFocus screen.Style // the pane that has the keys
	Title       screen.Style // the name of a pane
	Header      screen.Style // the top line
	Footer      screen.Style // the line of keys
	Key         screen.Style // a key in footer, help and dialogs

	// Severities; see Severity, Gauge and Edge.
	OK, Warm, Hot, Full screen.Style

	// How an actor spends its time.
	Busy, Blocked, Idle, InCall screen.Style

	// The graph.
	Feedback screen.Style // an edge against the flow
	Ghost    screen.Style // what is gone and will close up
	Spark    screen.Style // a history

	// The selected row, card or edge. It replaces a style, see Select.
	Selected screen.Style

	// The link to the service.
	Live, Stale, Lost screen.Style
	Banner            screen.Style // a notice across the screen
	BannerBad         screen.Style // the same for what went wrong

	// Dialogs.
	Dialog       screen.Style // the inside
	DialogBorder screen.Style
	DialogTitle  screen.Style
	Danger       screen.Style // what cannot be undone

	// Votes while a service stops.
	Yes, Veto, Silent screen.Style
}

// Severity returns the style of a figure or glyph that is s.
func (t *Theme) Severity(s collector.Severity) screen.Style {
	switch s {
	case collector.Warm:
		return t.Warm
	case collector.Hot:
		return t.Hot
	case collector.Full:
		return t.Full
	}
	return t.OK
}

// Gauge returns the styles of the filled and of the empty cells of a gauge
// that is s.
func (t *Theme) Gauge(s collector.Severity) (fill, rest screen.Style) {
	return t.Severity(s).Without(screen.Bold), t.Faint
}

// Edge returns the style of a line in the graph that is s. A quiet edge looks
// like a border, so that only what deserves attention has a colour.
func (t *Theme) Edge(s collector.Severity) screen.Style {
	if s < collector.Hot {
		return t.Border
	}
	return t.Severity(s)
}

// Weight returns the weight of a line in the graph that is s: the sign that
// is left without colour.
func (t *Theme) Weight(s collector.Severity) screen.Weight {
	switch s {
	case collector.Full:
		return screen.Double
	case collector.Hot:
		return screen.Heavy
	}
	return screen.Light
}

// Select returns how a cell of style st looks in the selection: reverse video
// in one colour, because a row of many reversed colours cannot be read. It
// has the type that screen.Canvas.Restyle wants. Gauges and sparklines are
// drawn after it, since a reversed full gauge looks empty.
func (t *Theme) Select(st screen.Style) screen.Style {
	s := t.Selected
	s.Attr |= st.Attr & (screen.Bold | screen.Underline | screen.Strike)
	return s
}

// Fade returns how a cell of style st looks when its service is lost: still
// readable, and plainly of the past. It has the type that
// screen.Canvas.Restyle wants.
func (t *Theme) Fade(st screen.Style) screen.Style {
	s := t.Ghost
	s.Attr |= st.Attr & screen.Reverse
	return s
}
