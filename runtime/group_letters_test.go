package steady

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// A member that waits for room for its dead letter can be called, so who failed
// meanwhile, be it the one that would make the room, does not wait for it.
func TestAMemberThatSetsAMessageAsideCanBeCalled(t *testing.T) {
	for _, strategy := range []Strategy{OneForOne, OneForAll, RestForOne} {
		for _, third := range []bool{false, true} {
			t.Run(fmt.Sprint(strategy, third), func(t *testing.T) {
				var letters, good []int
				bubble(t, func(g *Graph) { groupOfLetters(g, strategy, third, &letters, &good) }, noError)
				if !slices.Equal(letters, []int{0, 1, 2, 3}) || !slices.Equal(good, []int{4, 5}) {
					t.Errorf("set aside %v, good %v", letters, good)
				}
			})
		}
	}
}

// groupOfLetters is a group of an actor that fails on 0 to 3 and of the slow
// archive that takes its dead letters, and fails itself or with a third one.
func groupOfLetters(g *Graph, s Strategy, third bool, letters, good *[]int) {
	all, more := Group("session", s), Restart{Max: 100, Backoff: time.Millisecond}
	in, dead := NewChan[int](g, "in", 16), NewChan[DeadLetter[int]](g, "dead", 1)
	Poison(in, 1, dead)
	Source(g, "source", in, counted(6, never))
	if third {
		g.Actor("third", all, more).Run(func(a *Actor) error {
			a.Wait(a.After(15 * time.Millisecond))
			if a.Regeneration() < 3 {
				return errors.New("on purpose")
			}
			return nil
		})
	}
	Sink(g, "picky", in, func(_ *Actor, in *Rx[int]) error {
		for v := range in.All() {
			if v < 4 {
				return errPoison
			}
			*good = append(*good, v)
		}
		return nil
	}, all, more)
	Sink(g, "archive", dead, func(a *Actor, in *Rx[DeadLetter[int]]) error {
		for l := range in.All() {
			if !a.Wait(a.After(20 * time.Millisecond)) {
				return nil // called, and the letter is put back
			}
			if !third && a.Regeneration() < 3 {
				return errors.New("on purpose")
			}
			*letters = append(*letters, l.Message)
		}
		return nil
	}, all, more)
	after(g, time.Minute)
}

// A member that is called while it sets a message aside has not failed once more
// for that: the limit of its Restart allows it to try again.
func TestACalledMemberIsNotGivenUpForItsLetter(t *testing.T) {
	var letters []int
	bubble(t, func(g *Graph) {
		all := Group("session", OneForAll)
		in, dead := NewChan[int](g, "in", 16), NewChan[DeadLetter[int]](g, "dead", 1)
		Poison(in, 1, dead)
		Source(g, "source", in, counted(3, never))
		Sink(g, "picky", in, func(_ *Actor, in *Rx[int]) error {
			for range in.All() {
				return errPoison
			}
			return nil
		}, all, Restart{Never: true})
		g.Actor("third", all, Restart{Max: 1}).Run(func(a *Actor) error {
			if a.Wait(a.After(time.Second)); a.Regeneration() == 0 {
				return errors.New("on purpose")
			}
			return nil
		})
		Sink(g, "archive", dead, func(a *Actor, in *Rx[DeadLetter[int]]) error {
			a.Wait(a.After(3 * time.Second))
			for l := range in.All() {
				letters = append(letters, l.Message)
			}
			return nil
		})
	}, noError)
	if !slices.Equal(letters, []int{0, 1, 2}) {
		t.Errorf("set aside %v", letters)
	}
}
