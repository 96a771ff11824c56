package steady

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAChannelCannotBeTooLarge(t *testing.T) {
	g := &Graph{}
	NewChan[[1 << 20]byte](g, "large", math.MaxInt)
	if err := g.Err(); err == nil || !strings.Contains(err.Error(), `channel "large": capacity`) || !strings.Contains(err.Error(), "or less") {
		t.Errorf("Err: %v", err)
	}
}

func TestAPortOfAnotherGraphIsAMistakeOfBoth(t *testing.T) {
	one, two := &Graph{}, &Graph{}
	c := NewChan[int](one, "c", 1)
	two.Actor("a").Run(func(*Actor) error { return nil })
	s := two.Actor("stranger")
	c.Tx(s)
	c.Rx(s)
	s.Run(func(*Actor) error { return nil })
	for _, g := range []*Graph{one, two} {
		if err := g.Serve(context.Background()); err == nil || !strings.Contains(err.Error(), "another graph") {
			t.Errorf("Serve: %v", err)
		}
	}
}

// "Never" is often written as the longest time there is.
func TestTheLongestTimesDoNotOverflow(t *testing.T) {
	const forEver = time.Duration(math.MaxInt64)
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Grace: forEver}
		g.Actor("waits").Run(func(a *Actor) error {
			<-time.After(time.Second) // so that now is not 0
			for a.Running() {
				if i := a.WaitAny(a.After(forEver), a.Every(forEver), All(a.Every(forEver-1), a.After(0))); i >= 0 {
					t.Errorf("condition %d held after %v", i, g.sched.Now())
				}
			}
			return nil
		})
		starts := 0
		g.Actor("fails", Restart{Backoff: forEver, Window: forEver}).Run(func(*Actor) error {
			<-time.After(time.Second)
			starts++
			return errors.New("not now")
		})
		after(g, time.Hour)
		if err := g.Serve(context.Background()); err != nil {
			t.Errorf("Serve: %v", err)
		}
		if starts != 1 {
			t.Errorf("started %d times in spite of its back-off", starts)
		}
	})
}
