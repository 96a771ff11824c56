package steady

import "testing"

// Running with the vote Closed ends the channel for good. What was reserved
// before can not be published after, and no wait finds room there.
func TestNothingIsSentAfterTheVoteClosed(t *testing.T) {
	bubble(t, func(g *Graph) {
		messages, bytes := NewChan[int](g, "messages", 4), NewByteChan(g, "bytes", 4, 64)
		s := g.Actor("source")
		out, raw := messages.Tx(s), bytes.Tx(s)
		s.Run(func(a *Actor) error {
			a.RequestShutdown("test")
			out.Reserve()
			raw.Reserve(8)
			for a.Running(out.Closed(), raw.Closed()) {
			}
			wantPanic(t, "Publish(1): 0 are reserved", func() { out.Publish(1) })
			wantPanic(t, "Publish(1): 0 bytes are reserved", func() { raw.Publish(1) })
			if err := out.Send(1); err == nil || !isEnd(err) {
				t.Errorf("Send: %v", err)
			}
			if err := raw.Send([]byte{1}); err == nil || !isEnd(err) {
				t.Errorf("Send of bytes: %v", err)
			}
			if x, y := out.Reserve(); len(x)+len(y) != 0 || out.TrySend(1) {
				t.Error("there is room in a channel that is closed")
			}
			if _, ok := raw.Reserve(1); ok || raw.TrySend([]byte{1}) {
				t.Error("there is room for bytes in a channel that is closed")
			}
			if a.Wait(out.Vacant(1)) || a.Wait(raw.Vacant(1, 1)) || a.WaitAny(out.Vacant(4), raw.Vacant(4, 64)) >= 0 {
				t.Error("a wait for room in a channel that is closed is satisfied")
			}
			return nil
		})
		Sink(g, "sink", messages, inOrder(t, 0, never))
		r := g.Actor("bytes sink")
		in := bytes.Rx(r)
		r.Run(func(*Actor) error {
			for range in.All() {
				t.Error("a message after the end")
			}
			return nil
		})
	}, noError)
}
