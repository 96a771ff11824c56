package screen

import (
	"testing"
	"time"
)

func TestLinkPacesByAnswers(t *testing.T) {
	now := time.Unix(1000, 0)
	l := &link{answers: true}
	write := func(seq uint64, n int) {
		t.Helper()
		if ok, wait := l.mayWrite(now); !ok {
			t.Fatalf("frame %d has to wait %v", seq, wait)
		}
		l.writing(seq, n, now)
	}
	write(1, 20_000) // the first picture is larger than the window
	now = now.Add(100 * time.Millisecond)
	if ok, wait := l.mayWrite(now); ok || wait != stall-100*time.Millisecond {
		t.Fatalf("with the window full: %v, wait %v", ok, wait)
	}
	if _, ok := l.shownAt(1); ok {
		t.Fatal("frame 1 counts as shown before its answer")
	}
	l.confirm(now)
	if at, ok := l.shownAt(1); !ok || at != now {
		t.Fatalf("frame 1 shown: %v at %v", ok, at)
	}
	if l.rtt != 100*time.Millisecond || l.bytes != 0 {
		t.Fatalf("round trip %v, %d bytes in flight", l.rtt, l.bytes)
	}
	for seq := uint64(2); seq < 10; seq++ {
		write(seq, 100) // small frames fly together
	}
	l.written(10, now) // looks like frame 9
	for range 8 {
		if _, ok := l.shownAt(10); ok {
			t.Fatal("frame 10 counts as shown before the answer for frame 9")
		}
		l.confirm(now)
	}
	if _, ok := l.shownAt(10); !ok {
		t.Fatal("frame 10 is not shown")
	}
	l.confirm(now) // one too many harms nothing
}

func TestLinkSurvivesLostAnswers(t *testing.T) {
	now := time.Unix(1000, 0)
	l := &link{answers: true}
	l.writing(1, window, now)
	now = now.Add(stall)
	if ok, _ := l.mayWrite(now); !ok {
		t.Fatal("a frame waits longer than it should")
	}
	l.writing(2, window, now)
	now = now.Add(forgetAfter)
	l.mayWrite(now)
	if len(l.flight) != 0 {
		t.Fatalf("%d answers are still awaited", len(l.flight))
	}
	l.writing(3, 10, now)
	l.confirm(now)
	if at, ok := l.shownAt(1); !ok || at != now {
		t.Fatalf("frame 1 shown: %v at %v", ok, at)
	}
}

func TestLinkWithoutAnswers(t *testing.T) {
	l := &link{}
	now := time.Unix(1000, 0)
	for seq := uint64(1); seq <= 100; seq++ {
		if ok, _ := l.mayWrite(now); !ok {
			t.Fatalf("frame %d has to wait", seq)
		}
		l.written(seq, now)
		if at, ok := l.shownAt(seq); !ok || at != now {
			t.Fatalf("frame %d shown: %v at %v", seq, ok, at)
		}
		now = now.Add(time.Second)
	}
	if _, ok := l.shownAt(101); ok {
		t.Fatal("frame 101 counts as shown")
	}
	if at, ok := l.shownAt(3); !ok || at.Before(time.Unix(1002, 0)) {
		t.Fatalf("an old frame counts as shown too early: %v %v", at, ok)
	}
}
