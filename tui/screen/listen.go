package screen

import "time"

// holdFor is how many milliseconds the beginning of what may be an answer of
// the terminal waits for the rest. It delays the escape key by as much.
const holdFor = 25

// ask asks the terminal how wide a line character is, what its background is,
// and whether it answers at all, and waits a moment for the answers. Those
// that come later are used when they come.
func (t *Terminal) ask() {
	if t.o.Probe < 0 {
		return
	}
	var q []byte
	if term, _ := t.o.Lookup("TERM"); term != "linux" { // old consoles print what they do not know
		q = append(q, askBackground...)
	}
	if !t.ascii {
		q = append(q, askWidth...)
	}
	q = append(q, askStatus...)
	t.mu.Lock()
	t.asked = time.Now()
	t.mu.Unlock()
	t.send(q)
	wait := time.NewTimer(t.o.Probe)
	defer wait.Stop()
	select {
	case <-t.probed:
	case <-wait.C:
	case <-t.done:
	}
}

// listen reads keys and watches for the end of the terminal until Close.
func (t *Terminal) listen() {
	r := &replies{width: !t.ascii, background: true}
	in, keys := make([]byte, 4096), make([]byte, 0, 4096)
	room := true
	for {
		timeout := -1
		if len(r.held) > 0 {
			timeout = holdFor
		}
		ready, gone := waitReadable(t.tty, room && t.reading.Load(), timeout)
		t.tty.reader.drain()
		if t.closed.Load() {
			return
		}
		keys = keys[:0]
		switch {
		case ready:
			n, err := t.tty.read(in)
			if err != nil {
				t.lost()
				return
			}
			if !t.expecting() && len(r.held) == 0 {
				keys = append(keys, in[:n]...)
				break
			}
			var a answers
			keys, a = r.take(keys, in[:n])
			t.answered(a)
		case gone:
			t.lost()
			return
		default:
			keys = r.release(keys)
		}
		room = t.keys.put(keys, time.Now())
	}
}

// expecting reports whether an answer is due.
func (t *Terminal) expecting() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.asked.IsZero() && time.Since(t.asked) < forgetAfter || len(t.link.flight) > 0
}

// answered takes note of answers.
func (t *Terminal) answered(a answers) {
	if a == (answers{}) {
		return
	}
	t.mu.Lock()
	glyphs, light := t.glyphs, t.light
	if a.bgKnown {
		t.light = a.bgLight
	}
	switch {
	case a.column == 0 || a.column == 2:
	case a.column > 3: // it took three bytes for three characters
		t.ascii = true
		fallthrough
	default:
		t.glyphs = ASCII
		t.redraw()
	}
	changed := glyphs != t.glyphs || light != t.light
	for ; a.status > 0; a.status-- {
		if !t.asked.IsZero() {
			t.asked, t.link.answers = time.Time{}, true
			close(t.probed)
			continue
		}
		t.link.confirm(time.Now())
	}
	t.mu.Unlock()
	if changed {
		poke(t.changes)
	}
	poke(t.settled)
	poke(t.kick)
}
