package keymap

// Action is what a key does.
type Action uint8

// The actions.
const (
	None Action = iota

	// Anywhere.
	Quit    // leave the viewer; the service is not touched
	Suspend // hand the terminal to the shell
	Redraw  // paint everything anew
	ShowHelp
	Reconnect // try the lost service now
	Pause     // hold the picture; data is still taken in
	AskStop   // open the question whether to stop the service

	// Views.
	NextView
	PrevView
	ShowGraph
	ShowActors
	ShowChannels
	ShowEvents
	ShowShutdown
	Open // the selected actor or channel
	Back

	// Moving. In the graph left and right follow edges.
	Left
	Right
	Up
	Down
	Top
	Bottom
	HalfUp
	HalfDown
	PageUp
	PageDown
	NextBottleneck

	// The graph.
	PanLeft
	PanRight
	PanUp
	PanDown
	ZoomIn
	ZoomOut
	ZoomFit
	ZoomCycle
	Focus // only the neighbourhood of the selection
	Relayout
	Fold    // the selected, or unfold it
	FoldAll // the next way to fold

	// Lists.
	SortColumn // sort by the chosen column
	SortInvert
	ColumnLeft
	ColumnRight

	// Searching and typing.
	StartSearch
	SearchNext
	SearchPrev
	Accept
	Cancel
	Erase     // the last character
	EraseLine // all of the text

	// The answers to AskStop.
	Confirm
	Deny
	actionCount
)
