package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// What comes again is not booked again, wherever its batch begins.
func TestBankBooksALineOnce(t *testing.T) {
	b := newBank()
	for _, size := range []int{8, 100, 16} {
		for _, p := range cut(t, fourLines, size) {
			if err := b.book(p.span.From, p.lines); err != nil {
				t.Error(err)
			}
		}
	}
	wantTotal(t, b, 4, 8)
}

// wantTotal compares with what fourLines adds up to.
func wantTotal(t *testing.T, b *bank, lines, again uint64) {
	t.Helper()
	var got total
	if err := json.Unmarshal(b.json(), &got); err != nil {
		t.Fatal(err)
	}
	sums := map[string]int64{}
	if lines > 0 {
		sums = map[string]int64{"A": 334, "B": 22, "C": 4}
	}
	if got.Lines != lines || got.Again != again || !maps.Equal(got.Sums, sums) {
		t.Errorf("booked %+v, want %d lines, %d again and %v", got, lines, again, sums)
	}
}

// Over the network, too, and what is refused is an error with the words of the bank.
func TestClientAndBank(t *testing.T) {
	b := newBank()
	server := httptest.NewServer(b)
	defer server.Close()
	c := client{url: server.URL, http: newHTTP()}
	defer c.http.CloseIdleConnections()
	for range 2 {
		for _, p := range cut(t, fourLines, 16) {
			if err := c.book(context.Background(), p); err != nil {
				t.Error(err)
			}
		}
	}
	wantTotal(t, b, 4, 4)
	err := c.book(context.Background(), batch{actors.Span{From: 26, To: 40}, []byte("A 1 x\nA one x\n")})
	if err == nil || !strings.Contains(err.Error(), "the line at byte 32 is no payment") {
		t.Errorf("got %v", err)
	}
	if errors.Is(err, steady.ErrOutage) {
		t.Errorf("what is refused passes for an outage: %v", err)
	}
	wantTotal(t, b, 4, 4)
	server.Close()
	if err := c.book(context.Background(), batch{}); !errors.Is(err, steady.ErrOutage) {
		t.Errorf("that nobody is there is no outage: %v", err)
	}
}

// A part of a post is none: a process that is killed in a write leaves a line that
// looks whole.
func TestBankRefusesAPartOfAPost(t *testing.T) {
	b := newBank()
	server := httptest.NewServer(b)
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	part := fourLines[:8] // "A 1 x\nB 2", which was to be 22
	_, err = fmt.Fprintf(c, "POST /?from=0 HTTP/1.1\r\nHost: bank\r\nContent-Length: %d\r\n\r\n%s", len(fourLines), part)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	reply, _ := io.ReadAll(c)
	if !strings.Contains(string(reply), "400 Bad Request") {
		t.Errorf("got %q", reply)
	}
	wantTotal(t, b, 0, 0)
}
