package main

import "fmt"

// tally adds up numbers that have to come in order, one after another.
type tally struct {
	sum   uint64
	next  uint64 // the number that has to come
	wrong int    // how often another one came
}

// newTally expects 0, 1, 2 and so on, each raised by one in every stage.
func newTally(stages int) tally { return tally{next: uint64(stages)} }

func (t *tally) add(v uint64) {
	if v != t.next {
		t.wrong++
	}
	t.next = v + 1
	t.sum += v
}

// check compares with n numbers from 0 on to which each stage added one.
func (t *tally) check(n, stages int) error {
	if t.wrong > 0 {
		return fmt.Errorf("%d of %d messages came out of order", t.wrong, n)
	}
	return checkSum(t.sum, n, stages)
}

// checkSum compares with the sum of n numbers to which each stage added one.
func checkSum(got uint64, n, stages int) error {
	m := uint64(n)
	if want := m*(m-1)/2 + m*uint64(stages); got != want {
		return fmt.Errorf("the sum of %d messages is %d, want %d", n, got, want)
	}
	return nil
}
