package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// reader sends the file in batches of whole lines, each to whoever has room.
type reader struct {
	file io.ReaderAt
	size int // of a batch, in bytes
	read *steady.State[uint64]
	out  *steady.BundleTx[batch]
}

func (r reader) run(a *steady.Actor) error {
	for a.Running() {
		b, err := nextBatch(r.file, r.read.Get(), r.size)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.out.Send(b); err != nil {
			return err
		}
		r.read.Set(b.span.To)
	}
	return nil
}

// nextBatch reads whole lines from a position on, at most size bytes of them. The
// last line of a file may lack its end. At the end of the file the error is io.EOF.
func nextBatch(file io.ReaderAt, from uint64, size int) (batch, error) {
	lines := make([]byte, size)
	n, err := file.ReadAt(lines, int64(from))
	lines = lines[:n]
	if err != nil && (!errors.Is(err, io.EOF) || n == 0) {
		return batch{}, err
	}
	if err == nil { // it goes on, perhaps in the middle of a line
		lines = lines[:bytes.LastIndexByte(lines, '\n')+1]
		if len(lines) == 0 {
			return batch{}, fmt.Errorf("the line at byte %d is longer than a batch of %d bytes", from, size)
		}
	}
	return batch{actors.Span{From: from, To: from + uint64(len(lines))}, lines}, nil
}
