// Package screen is the only place of the dashboard that makes terminal bytes.
//
// Views draw into a Canvas: a grid of cells that knows nothing of escape
// sequences. A Painter compares the wanted canvas with what the terminal
// shows and produces the fewest bytes that turn one into the other. A
// Terminal owns the tty: raw mode, size, modes, suspending, and giving
// everything back at exit and at every kind of death. A slow terminal or link
// never holds up whoever draws: the newest frame replaces one that has not
// been written yet.
package screen
