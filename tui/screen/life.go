package screen

import "time"

// leaveWithin is how long giving the terminal back may take when it takes no
// more bytes or does not answer.
const leaveWithin = 900 * time.Millisecond

// enter takes the terminal over. The caller holds life.
func (t *Terminal) enter() error {
	if err := t.tty.raw(); err != nil {
		return err
	}
	t.resized()
	t.send(t.o.Modes.enter())
	t.active.Store(true)
	t.reading.Store(true)
	t.mu.Lock()
	t.redraw()
	t.mu.Unlock()
	t.tty.reader.wake()
	poke(t.kick)
	poke(t.changes)
	return nil
}

// leave gives the terminal back, within limit. The caller holds life. Raw mode
// always ends, and ends last: until then late answers of the terminal would
// be echoed.
func (t *Terminal) leave(limit time.Duration) {
	defer func() {
		t.reading.Store(false)
		t.tty.cook()
	}()
	if !t.active.CompareAndSwap(true, false) {
		return
	}
	end := time.Now().Add(limit)
	t.tty.writer.wake() // a frame on its way is cut short
	if !t.writing.takeWithin(limit / 3) {
		t.tty.discardOutput()
		t.tty.writer.wake()
		if !t.writing.takeWithin(limit / 3) {
			return // writing blocks in the kernel
		}
	}
	bytes := t.o.Modes.leave()
	if err := t.tty.write(bytes, time.Now().Add(limit/3), nil); err == errAborted {
		// Nobody reads. What they have not read yet makes room.
		t.tty.discardOutput()
		_ = t.tty.write(bytes, time.Now().Add(limit/6), nil)
	}
	t.writing.give()
	t.awaitAnswers(end)
}

// awaitAnswers waits for the answers of the terminal that are still due, since
// they would appear at the shell's prompt as if typed, and drops what came
// after all. It waits little longer than the newest answer took.
func (t *Terminal) awaitAnswers(end time.Time) {
	t.mu.Lock()
	patience := 50*time.Millisecond + 2*t.link.rtt
	t.mu.Unlock()
	timer := time.NewTimer(min(patience, time.Until(end)))
	defer timer.Stop()
	for t.expecting() {
		select {
		case <-t.settled:
			continue
		case <-timer.C:
			t.tty.discardInput()
		}
		break
	}
	t.mu.Lock()
	t.link.forget()
	t.asked = time.Time{}
	t.mu.Unlock()
}
