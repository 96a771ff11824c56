// Package view draws the panes of the dashboard: each is a pure function from
// a Snapshot, what the user chose, a theme and a canvas to cells. Views know
// neither sources nor the shell that calls them; what takes time to compute,
// such as the layout of the graph, is a value that the caller keeps.
package view
