package park

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func backends() map[string]func() *Parker {
	return map[string]func() *Parker{"channel": New, "futex": NewFutex}
}

// Two parkers hand a number to and fro; each Park has to see what the other
// side stored before it called Wake, and none may be lost.
func TestNoWakeUpIsLost(t *testing.T) {
	for name, mk := range backends() {
		t.Run(name, func(t *testing.T) {
			const rounds = 20_000
			a, b := mk(), mk()
			var ball atomic.Int64
			await := func(p *Parker, n int64) {
				for ball.Load() < n {
					p.Arm()
					if ball.Load() >= n {
						p.Cancel()
						return
					}
					p.Park()
				}
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				for n := int64(1); n < 2*rounds; n += 2 {
					await(b, n)
					ball.Store(n + 1)
					a.Wake()
				}
			}()
			for n := int64(0); n < 2*rounds; n += 2 {
				await(a, n)
				ball.Store(n + 1)
				b.Wake()
			}
			<-done
			if a.Armed() || b.Armed() {
				t.Error("a parker was left armed")
			}
		})
	}
}

// Many wakers, one sleeper: each arming is ended by exactly one of them, and
// Cancel takes the signal that is on its way.
func TestWakersOweOneSignalPerArming(t *testing.T) {
	for name, mk := range backends() {
		t.Run(name, func(t *testing.T) {
			p := mk()
			var stop atomic.Bool
			done := make(chan struct{})
			for range 4 {
				go func() {
					for !stop.Load() {
						p.Wake()
						runtime.Gosched()
					}
					done <- struct{}{}
				}()
			}
			for i := range 5_000 {
				p.Arm()
				switch {
				case i%3 == 0:
					p.Cancel()
				case i%3 == 1 && p.Timed():
					p.ParkFor(time.Duration(i%50) * time.Microsecond)
				default:
					p.Park()
				}
			}
			stop.Store(true)
			for range 4 {
				<-done
			}
			p.Arm()
			if !p.Armed() {
				t.Fatal("a signal of an earlier arming was left over")
			}
			go p.Wake()
			p.Park()
		})
	}
}

// A park that nobody ends ends by itself, and leaves the parker as new.
func TestParkForEndsByItself(t *testing.T) {
	p := NewFutex()
	if p.Timed() != HasFutex {
		t.Fatalf("timed: %v, has a futex: %v", p.Timed(), HasFutex)
	}
	if !p.Timed() {
		return
	}
	for _, d := range []time.Duration{-1, 0, 1, 100 * time.Microsecond} {
		p.Arm()
		p.ParkFor(d)
		if p.Armed() {
			t.Fatalf("armed after ParkFor(%v)", d)
		}
	}
	p.Arm()
	go p.Wake()
	p.Park()
	if New().Timed() {
		t.Error("a channel keeps time")
	}
}

func TestChannelIsDurablyBlockedInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New()
		woken := false
		p.Arm()
		go func() {
			p.Park()
			woken = true
		}()
		synctest.Wait()
		if woken {
			t.Error("woken by nobody")
		}
		p.Wake()
		synctest.Wait()
		if !woken {
			t.Error("not woken")
		}
	})
}
