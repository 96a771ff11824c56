package screen

// Modes say what a Terminal asks of the terminal besides painting.
type Modes struct {
	Mouse bool // report buttons, wheel and dragging
	Keys  bool // report repeats and releases of keys, where the terminal can
}

// enter returns the bytes that take the terminal over, and leave the bytes
// that give it back. They are the only such pair: start, suspending, exit and
// every kind of death use it.
//
// Automatic wrapping is off, so that a character that is wider than expected
// cannot push a row into the next.
func (m Modes) enter() []byte {
	b := []byte("\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h")
	if m.Mouse {
		b = append(b, "\x1b[?1002h\x1b[?1006h"...)
	}
	if m.Keys {
		b = append(b, "\x1b[>3u"...) // kitty's protocol: no ambiguous keys, event types
	}
	return b
}

// leave undoes enter. It begins with the end of a synchronised update and
// with a reset of the pen, because it may cut a frame short: the escape that
// it begins with ends any sequence that was cut.
func (m Modes) leave() []byte {
	b := []byte("\x1b[?2026l\x1b[m")
	if m.Keys {
		b = append(b, "\x1b[<u"...)
	}
	if m.Mouse {
		b = append(b, "\x1b[?1006l\x1b[?1002l"...)
	}
	return append(b, "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"...)
}
