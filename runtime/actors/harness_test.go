package actors_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// onEach runs f in a synctest bubble, whose leak check is that every goroutine
// ends, for each of the places where an actor can run.
func onEach(t *testing.T, f func(t *testing.T, place steady.Option)) {
	for name, place := range map[string]steady.Option{
		"pooled": steady.Restart{}, "solo": steady.Solo(), "troupe": steady.Troupe("all"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, place) })
		})
	}
}

func serve(g *steady.Graph) error { return g.Serve(context.Background()) }

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// numbers returns from, from+1 and so on, below to.
func numbers(from, to int) (s []int) {
	for i := from; i < to; i++ {
		s = append(s, i)
	}
	return s
}

func want(t *testing.T, got, want []int) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %d values, want %d: %v", len(got), len(want), got)
	}
}

// feed fills ch with 0 to n-1, with a pause now and then, and closes it.
func feed(ch chan<- int, n int) {
	defer close(ch)
	for i := range n {
		if i%37 == 36 {
			<-time.After(time.Millisecond)
		}
		ch <- i
	}
}

// drain returns what comes out of ch until it is closed.
func drain(ch <-chan int, pause time.Duration) <-chan []int {
	result := make(chan []int, 1)
	go func() {
		var got []int
		for v := range ch {
			if got = append(got, v); v%41 == 40 && pause > 0 {
				<-time.After(pause)
			}
		}
		result <- got
	}()
	return result
}

var errOnPurpose = errors.New("on purpose")
