package view

import "github.com/steadytop/steadytop/tui/layout"

// Level says how much of each actor the graph shows.
type Level uint8

// The levels, the largest first.
const (
	LevelCard    Level = iota // a card of some rows: CPU, time, rates, waits, history
	LevelSlim                 // a card as narrow as the name
	LevelCompact              // the name and the CPU in a row, without a frame
	LevelDot                  // a sign; edges have no gauges
)

// String returns the name by which a level is told to the user.
func (l Level) String() string {
	return [...]string{"cards", "slim cards", "compact", "dots"}[l]
}

// measures are the sizes of one step of zoom, in cells.
type measures struct {
	level Level
	card  int // width of a card; at LevelSlim the least width
	name  int // where the name decides the width: its most cells
	rows  int // of a card, without its frame
	bar   int // of a gauge, without its ends
	frame int // ends of a gauge that are drawn: 2, or 1 for the left one
	label int // rows below a gauge for its figures
	lead  int // line between a box and what follows it
	gap   int // rows between boxes
}

// gauge returns the cells of a gauge with its ends.
func (m *measures) gauge() int {
	if m.bar == 0 {
		return 0
	}
	return m.bar + m.frame
}

// node returns the least size of the box of n.
func (m *measures) node(n *planNode) (w, h int) {
	if n.actor < 0 {
		return len(outside), 1
	}
	name := min(n.name, m.name)
	switch m.level {
	case LevelCard:
		return m.card, m.rows + 2
	case LevelSlim:
		if n.group != nil {
			return max(m.card, name+2, n.more+6), m.rows + 2 // the lower edge tells of those in trouble
		}
		return max(m.card, name+2), m.rows + 2
	case LevelCompact:
		if n.group != nil {
			return 2 + name + n.more + cpuCells, max(2, m.rows) // how many are in trouble stands in the second row
		}
		return 2 + name + cpuCells, m.rows
	}
	return 1, 1
}

// options returns what the layout has to know.
func (m *measures) options() layout.Options {
	o := layout.Options{Gauge: m.gauge(), Stride: 1 + m.label, Lead: m.lead, GapY: m.gap}
	switch m.level {
	case LevelCard, LevelSlim:
		o.Pad, o.Stretch = 1, true
	case LevelCompact:
		o.TopOut = true
	}
	return o
}

// cpuCells is the room for a CPU figure: "~100%".
const cpuCells = 5

// minName is how many cells of a name are always shown.
const minName = 6

// Zoom chooses a step of zoom: ZoomFit, or 1 for the largest to MaxZoom for
// the smallest.
type Zoom int

// ZoomFit shows as much of each actor as fits; when not even names fit, it
// shows names and lets the user pan. MaxZoom is the smallest fixed step.
const (
	ZoomFit Zoom = 0
	MaxZoom Zoom = Zoom(len(ladder))
)

// ladder is the steps of zoom. ZoomFit takes the first that fits and lets it
// grow, but never one below LevelCompact.
var ladder = [...]measures{
	{level: LevelCard, card: 24, rows: 6, bar: 12, frame: 2, label: 1, lead: 1, gap: 1},
	{level: LevelCard, card: 13, rows: 4, bar: 8, frame: 2, label: 1, lead: 1, gap: 1},
	{level: LevelCard, card: 12, rows: 2, bar: 4, frame: 2, lead: 1, gap: 1},
	{level: LevelCard, card: 11, rows: 1, bar: 3, frame: 2, lead: 1, gap: 1},
	{level: LevelSlim, card: 6, name: 12, rows: 1, bar: 3, frame: 1, gap: 1},
	{level: LevelSlim, card: 6, name: 8, rows: 1, bar: 3, frame: 1},
	{level: LevelCompact, name: 16, rows: 1, bar: 3, frame: 1},
	{level: LevelCompact, name: 10, rows: 1, bar: 3, frame: 1},
	{level: LevelCompact, name: minName, rows: 1, bar: 3, frame: 1},
	{level: LevelDot, rows: 1, lead: 1},
}

// Steps of the ladder, counted from 0, that ZoomFit takes when nothing fits:
// narrow cards if all their rows fit, since they show the most layers at once,
// else rows with names of ten cells, which can be told apart.
const (
	lastSlim    = 5
	lastCompact = 7
)
