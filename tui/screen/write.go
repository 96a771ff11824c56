package screen

import (
	"errors"
	"time"
)

// paint writes the newest frame whenever there is one, until Close.
func (t *Terminal) paint() {
	later := time.NewTimer(time.Hour)
	defer later.Stop()
	for {
		select {
		case <-t.done:
			return
		case <-t.kick:
		case <-later.C:
		}
		if wait := t.paintNext(); wait > 0 {
			later.Reset(wait)
		}
	}
}

// paintNext paints the frame that waits, if any. If the link is busy it
// returns after which time to try again at the latest.
func (t *Terminal) paintNext() time.Duration {
	t.mu.Lock()
	c, seq := t.pending, t.wanted
	if c == nil || !t.active.Load() {
		t.mu.Unlock()
		return 0
	}
	if ok, wait := t.link.mayWrite(time.Now()); !ok {
		t.mu.Unlock()
		return wait
	}
	t.pending = nil
	if w, h := c.Size(); w != t.w || h != t.h {
		// Drawn before the size changed; a frame of the new size will come.
		if c != t.last {
			t.recycle(c)
		}
		t.mu.Unlock()
		return 0
	}
	ask, ascii, repaint := t.link.answers, t.ascii, t.repaint
	t.repaint = false
	t.mu.Unlock()

	sent, err := t.writeFrame(c, seq, ask, ascii, repaint)

	t.mu.Lock()
	if t.last != c {
		t.recycle(t.last)
	}
	t.last = c
	switch {
	case err == nil && !sent:
		t.link.written(seq, time.Now())
	case err != nil:
		t.link.forget()
		if t.pending == nil {
			t.pending = c // painted in full once the terminal is back
		}
	}
	t.mu.Unlock()
	if errors.Is(err, errLost) {
		t.lost()
	}
	return 0
}

// writeFrame writes what brings c to the terminal. It reports whether the
// terminal will answer when it has come so far.
func (t *Terminal) writeFrame(c *Canvas, seq uint64, ask, ascii, repaint bool) (answers bool, err error) {
	t.writing.take()
	defer t.writing.give()
	if !t.active.Load() {
		t.painter.Forget()
		return false, errAborted
	}
	t.painter.utf8 = !ascii
	if repaint {
		t.painter.Forget()
	}
	out := t.painter.Paint(c)
	if len(out) == 0 {
		return false, nil
	}
	if ask {
		t.buf = append(append(t.buf[:0], out...), askStatus...)
		out = t.buf
		t.mu.Lock()
		t.link.writing(seq, len(out), time.Now())
		t.mu.Unlock()
	}
	err = t.tty.write(out, time.Time{}, func() bool { return !t.active.Load() })
	if err != nil {
		t.painter.Forget()
	}
	return ask, err
}

// send writes bytes that are no frame.
func (t *Terminal) send(b []byte) {
	t.writing.take()
	_ = t.tty.write(b, time.Now().Add(time.Second), t.dying.Load)
	t.writing.give()
}
