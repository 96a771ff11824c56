package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// maxPost is how much the bank takes at once, in bytes.
const maxPost = 1 << 20

// bank books payments: the service that the ledger posts to. What comes again is
// known by its position in the file, and not booked again; that turns "at least
// once" into once.
type bank struct {
	mu     sync.Mutex
	booked map[uint64]uint64 // a bit for each position, in words of 64
	total  total
}

// total is what was booked.
type total struct {
	Lines uint64 // that were booked
	Again uint64 // that came again
	Posts uint64
	Sums  map[string]int64 // by account, in cents
}

func newBank() *bank {
	return &bank{booked: map[uint64]uint64{}, total: total{Sums: map[string]int64{}}}
}

// ServeHTTP books what is posted, all of it or nothing, and tells the total.
func (b *bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(b.json())
		return
	}
	from, err := strconv.ParseUint(r.URL.Query().Get("from"), 10, 62)
	var lines []byte
	if err == nil {
		lines, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxPost))
	}
	if err == nil {
		err = b.book(from, lines)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (b *bank) json() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	text, _ := json.Marshal(b.total) // never fails
	return append(text, '\n')
}

// payment is a line.
type payment struct {
	position uint64
	account  string
	cents    int64
}

// payments reads lines of the form "account cents purpose".
func payments(from uint64, lines []byte) (all []payment, err error) {
	for len(lines) > 0 {
		line, rest, found := bytes.Cut(lines, []byte("\n"))
		account, amount, _ := bytes.Cut(line, []byte(" "))
		amount, _, _ = bytes.Cut(amount, []byte(" "))
		cents, err := strconv.ParseInt(string(amount), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the line at byte %d is no payment: %w", from, err)
		}
		all = append(all, payment{from, string(account), cents})
		from += uint64(len(line))
		if found {
			from++
		}
		lines = rest
	}
	return all, nil
}

// book books the lines that are at a position of the file.
func (b *bank) book(from uint64, lines []byte) error {
	all, err := payments(from, lines)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total.Posts++
	for _, p := range all {
		if b.has(p.position) {
			b.total.Again++
			continue
		}
		b.booked[p.position/64] |= 1 << (p.position % 64)
		b.total.Lines++
		b.total.Sums[p.account] += p.cents
	}
	return nil
}

func (b *bank) has(position uint64) bool { return b.booked[position/64]&(1<<(position%64)) != 0 }
