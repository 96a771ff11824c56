package publish

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// inBubble runs f with a hub of svc under a clock that only moves when all wait.
func inBubble(t *testing.T, svc *fakeService, log io.Writer, f func(t *testing.T, h *hub)) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(svc, DefaultInterval, slog.New(slog.NewTextHandler(log, nil)))
		svc.start = time.Now()
		go h.run()
		defer h.stop()
		f(t, h)
	})
}

// pass lets d go by on the clock of the bubble.
func pass(d time.Duration) { <-time.After(d) }

func TestNobodyLooksNothingIsSampled(t *testing.T) {
	svc := newFake(3)
	inBubble(t, svc, io.Discard, func(t *testing.T, h *hub) {
		pass(time.Hour)
		if n := svc.taken(); n != 0 {
			t.Errorf("%d samples while nobody looked", n)
		}
	})
}

func TestSamplingStopsAfterTheLastLook(t *testing.T) {
	svc := newFake(3)
	inBubble(t, svc, io.Discard, func(t *testing.T, h *hub) {
		if m := h.await(t.Context(), 0, time.Second); m == nil || m.seq != 1 {
			t.Fatalf("the first look got %+v", m)
		}
		if n := svc.taken(); n != 1 {
			t.Errorf("the first look took %d samples", n)
		}
		pass(time.Hour)
		want := int(lookTime/DefaultInterval) + 1
		if n := svc.taken(); n < want-1 || n > want+1 {
			t.Errorf("%d samples in an hour after one look, want about %d", n, want)
		}
		h.mu.Lock()
		before := h.latest.seq
		h.mu.Unlock()
		if m := h.await(t.Context(), before, time.Second); m == nil || m.seq != before+1 {
			t.Errorf("a look after an hour got %+v, want a fresh frame at once", m)
		}
	})
}

func TestPullSeesEachFrameOnce(t *testing.T) {
	svc := newFake(3)
	inBubble(t, svc, io.Discard, func(t *testing.T, h *hub) {
		begin := time.Now()
		seq := uint64(0)
		for i := range 40 {
			m := h.await(t.Context(), seq, time.Second)
			if m == nil {
				t.Fatalf("no frame after %d", seq)
			}
			if m.seq != seq+1 {
				t.Fatalf("frame %d after %d", m.seq, seq)
			}
			if at := time.Since(begin); at != time.Duration(i)*DefaultInterval {
				t.Fatalf("frame %d came at %v", m.seq, at)
			}
			seq = m.seq
		}
	})
}

func TestKeyframes(t *testing.T) {
	svc := newFake(3)
	inBubble(t, svc, io.Discard, func(t *testing.T, h *hub) {
		defer h.stream()()
		d := wire.NewDecoder(svc.top)
		var f telemetry.Frame
		var keys []uint64
		seq := uint64(0)
		for seq < 60 {
			m := h.await(t.Context(), seq, 0)
			rec := m.delta
			if rec == nil {
				rec = m.key
				keys = append(keys, m.seq)
			}
			kind, p, err := wire.NewReader(bytes.NewReader(rec), wire.Limits{}).Next()
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Decode(kind, p, &f); err != nil {
				t.Fatal(err)
			}
			if f.Seq != m.seq || d.KeySeq() != m.keySeq {
				t.Fatalf("frame %d of key %d, want %d of %d", f.Seq, d.KeySeq(), m.seq, m.keySeq)
			}
			seq = m.seq
		}
		if len(keys) != 3 || keys[0] != 1 || keys[1] != 21 || keys[2] != 41 {
			t.Errorf("keyframes %v, want one each 5 s", keys)
		}
	})
}

func TestNewGenerationGetsAKeyframe(t *testing.T) {
	svc := newFake(3)
	inBubble(t, svc, io.Discard, func(t *testing.T, h *hub) {
		defer h.stream()()
		first := h.await(t.Context(), 0, 0)
		bigger := newFake(4).top
		bigger.Generation = 2
		svc.set(func() { svc.top = bigger })
		m := h.await(t.Context(), first.seq, 0)
		if m.delta != nil || m.keySeq != m.seq {
			t.Errorf("frame %d of a new generation is relative to %d", m.seq, m.keySeq)
		}
	})
}

func TestAwait(t *testing.T) {
	svc := newFake(3)
	inBubble(t, svc, io.Discard, func(t *testing.T, h *hub) {
		m := h.await(t.Context(), 77, time.Second)
		if m == nil || m.seq != 1 {
			t.Errorf("a client of another instance got %+v", m)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if m := h.await(ctx, 1, 0); m != nil {
			t.Errorf("a cancelled one got frame %d", m.seq)
		}
		svc.set(func() { svc.broken = true })
		begin := time.Now()
		if m := h.await(t.Context(), 1, time.Second); m != nil || time.Since(begin) != time.Second {
			t.Errorf("without frames, got %+v after %v", m, time.Since(begin))
		}
		go func() { pass(time.Minute); h.stop() }()
		if m := h.await(t.Context(), 1, 0); m != nil {
			t.Errorf("a stopped hub gave frame %d", m.seq)
		}
	})
}

func TestPanicOfTheServiceIsSaidOnce(t *testing.T) {
	svc := newFake(3)
	var log bytes.Buffer
	inBubble(t, svc, &log, func(t *testing.T, h *hub) {
		defer h.stream()()
		m := h.await(t.Context(), 0, 0)
		svc.set(func() { svc.broken = true })
		pass(10 * DefaultInterval)
		if again, _ := h.look(); again != m {
			t.Error("a failed sample was published")
		}
		if _, line, err := h.lineOf(); err != nil || !strings.Contains(string(line), `"seq":1,`) {
			t.Errorf("a failed sample spoiled the last frame: %s, %v", line, err)
		}
		svc.set(func() { svc.broken = false })
		if m := h.await(t.Context(), m.seq, 0); m == nil || m.seq != 2 {
			t.Errorf("after the failure came %+v", m)
		}
	})
	if n := strings.Count(log.String(), "sampler is broken"); n != 1 {
		t.Errorf("the failure was logged %d times:\n%s", n, log.String())
	}
}

func TestFinish(t *testing.T) {
	for name, broken := range map[string]bool{"with a last frame": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			svc := newFake(3)
			inBubble(t, svc, io.Discard, func(t *testing.T, h *hub) {
				first := h.await(t.Context(), 0, time.Second)
				svc.set(func() { svc.broken = broken })
				h.finish(&telemetry.End{Instance: svc.top.Instance, Clean: true})
				h.finish(&telemetry.End{Error: "not this one"})
				n := svc.taken()
				m := h.await(t.Context(), first.seq, 0)
				if m.end == nil || !bytes.Contains(m.end.line, []byte(`"clean":true`)) {
					t.Fatalf("got %+v", m)
				}
				if want := first.seq + 1; !broken && m.seq != want || broken && m.seq != first.seq {
					t.Errorf("the last frame is %d", m.seq)
				}
				if m := h.await(t.Context(), m.seq, 0); m.end == nil {
					t.Error("the end is not there for a second look")
				}
				pass(time.Minute)
				if svc.taken() != n {
					t.Error("sampled after the end")
				}
			})
		})
	}
}

// TestOldFramesAreNotServedAsNew: once samples fail, whoever asks is told for
// how long, and how old the last frame is.
func TestOldFramesAreNotServedAsNew(t *testing.T) {
	svc := newFake(2)
	inPipeOf(t, svc, func(t *testing.T, dial func() net.Conn) {
		get := func(path string) string {
			c := dial()
			defer func() { _ = c.Close() }()
			go func() { _, _ = io.WriteString(c, "GET "+path+" HTTP/1.0\r\nHost: localhost\r\n\r\n") }()
			answer, err := io.ReadAll(c)
			if err != nil {
				t.Fatal(err)
			}
			return string(answer[9:])
		}
		ask := []string{"/v1/snapshot", "/v1/frames?max=1", "/v1/frames"}
		for _, path := range ask[:2] {
			if got := get(path); !strings.HasPrefix(got, "200") {
				t.Errorf("%s while all is well: %.60s", path, got)
			}
		}
		svc.set(func() { svc.broken = true })
		pass(12 * time.Second)
		for _, path := range ask {
			got := get(path)
			if !strings.HasPrefix(got, "503") || !strings.Contains(got, "sampler is broken; the last frame is 12s old") {
				t.Errorf("%s while samples fail: %s", path, got)
			}
		}
		svc.set(func() { svc.broken = false })
		for _, path := range ask[:2] {
			if got := get(path); !strings.HasPrefix(got, "200") {
				t.Errorf("%s after that: %.60s", path, got)
			}
		}
	})
}
