package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

// generate writes payments until there are so many bytes, the same ones each time.
func generate(w io.Writer, bytes int64) error {
	r := rand.New(rand.NewPCG(8, 421))
	purposes := []string{"rent", "salary", "groceries for the week", "a book", "tickets to the coast and back"}
	buffered := bufio.NewWriterSize(w, 1<<20)
	for bytes > 0 {
		account, cents, what := r.IntN(1000), r.Int64N(2_000_000)-1_000_000, purposes[r.IntN(len(purposes))]
		n, err := fmt.Fprintf(buffered, "DE%04d %d %s, no. %d\n", account, cents, what, r.Uint32())
		if err != nil {
			return err
		}
		bytes -= int64(n)
	}
	return buffered.Flush()
}

// makeFile makes a file of payments, unless it is there. It gets its name once it
// is whole.
func makeFile(path string, bytes int64) (err error) {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	err = generate(f, bytes)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}
