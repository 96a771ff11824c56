package main

import (
	"context"
	"fmt"
	"io"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// batch is some whole lines of the file, and where they are in it.
type batch struct {
	span  actors.Span // in bytes
	lines []byte
}

// plan says what build is to build.
type plan struct {
	file  io.ReaderAt
	batch int // bytes
	lanes int
	book  func(context.Context, batch) error
	state string
	sync  steady.Sync
}

// ledger is what the graph knows of its progress.
type ledger struct {
	mark *steady.State[actors.Mark] // what is booked; survives the process
	read *steady.State[uint64]      // where the reader is; survives the actor
}

// build declares the graph; nothing runs before g.Run. The reader begins where
// everything before was booked when the process ended, whatever was booked beyond.
func build(g *steady.Graph, p plan) ledger {
	mark := steady.NewState(g, "booked", actors.Mark{}, steady.Persist(p.state, p.sync))
	read := steady.NewState(g, "read", mark.AtStart().Low)
	batches := steady.NewBundle[batch](g, "batches", p.lanes, 4)
	booked := steady.NewBundle[actors.Span](g, "booked", p.lanes, 4)

	s := g.Actor("reader", read)
	s.Run(reader{p.file, p.batch, read, batches.Tx(s)}.run)
	for i := range p.lanes {
		steady.Stage(g, fmt.Sprint("poster ", i), batches.Lane(i), booked.Lane(i), poster{p.book}.run)
	}
	s = g.Actor("keeper", mark)
	s.Run(keeper{mark, booked.Rx(s)}.run)
	return ledger{mark, read}
}

// poster posts a batch, and tells that it is booked after it is. Whoever fails
// before that, be it by the network or with the whole machine, posts it again. In an
// outage it is started again for as long as that takes: its batch stays at the head
// of its lane, the lane fills up, and the reader waits.
type poster struct {
	book func(context.Context, batch) error
}

func (p poster) run(a *steady.Actor, in *steady.Rx[batch], out *steady.Tx[actors.Span]) error {
	for b := range in.All() {
		var err error
		a.Blocking(func(ctx context.Context) { err = p.book(ctx, b) })
		if err != nil {
			return err
		}
		if err := out.Send(b.span); err != nil {
			return err
		}
	}
	return nil
}

// keeper notes what is booked. It hears of it in any order: the greatest position
// says nothing about those below it, the mark does.
type keeper struct {
	mark *steady.State[actors.Mark]
	in   *steady.BundleRx[actors.Span]
}

func (k keeper) run(*steady.Actor) error {
	for _, span := range k.in.All() {
		k.mark.Set(k.mark.Get().Done(span))
	}
	return nil
}
