package main

import (
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

func newLanes[T any](g *steady.Graph, name string, n, capacity int) []*steady.Chan[T] {
	var lanes []*steady.Chan[T]
	for i := range n {
		lanes = append(lanes, steady.NewChan[T](g, fmt.Sprintf("%s.%d", name, i), capacity))
	}
	return lanes
}

func receivers[T any](lanes []*steady.Chan[T], s *steady.Spec) []*steady.Rx[T] {
	var rx []*steady.Rx[T]
	for _, c := range lanes {
		rx = append(rx, c.Rx(s))
	}
	return rx
}

func senders[T any](lanes []*steady.Chan[T], s *steady.Spec) []*steady.Tx[T] {
	var tx []*steady.Tx[T]
	for _, c := range lanes {
		tx = append(tx, c.Tx(s))
	}
	return tx
}

func lanesOf[T any](rx []*steady.Rx[T]) (conds []steady.Cond, drained []steady.Ballot) {
	for _, in := range rx {
		conds = append(conds, in.Avail(1))
		drained = append(drained, in.Drained())
	}
	return conds, drained
}
