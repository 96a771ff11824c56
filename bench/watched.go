package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	steady "github.com/steadytop/steadytop/runtime"
)

func watchedFamily() family {
	return family{name: "watched", title: "A service that is watched", figures: []figure{{
		name: "to sample, encode, send and read 10,000 channels", unit: "ms of processor a frame",
		measure: func() (float64, error) {
			perFrame, err := watch(10_000, 3*time.Second)
			return in(perFrame, time.Millisecond), err
		},
	}}}
}

// watch runs a service with n channels on which nothing moves, reads its frames
// from its socket as a dashboard does, and returns what the process spends on
// one frame: sampling, encoding, sending, and reading here.
func watch(n int, d time.Duration) (time.Duration, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	g := &steady.Graph{Name: "watched", Socket: dir, Metrics: steady.Off}
	manyChannels(g, n)
	ended := make(chan error, 1)
	go func() { ended <- g.Run(context.Background()) }()
	var spent time.Duration
	path, err := findSocket(dir)
	if err == nil {
		spent, err = readFrames(path, d)
	}
	stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return spent, errors.Join(err, g.Shutdown(stop), <-ended)
}

// manyChannels joins one actor that waits for the stop to one that waits for
// messages, n times over.
func manyChannels(g *steady.Graph, n int) {
	const width = 100
	for i := range n / width {
		from, to := g.Actor(fmt.Sprint("from ", i)), g.Actor(fmt.Sprint("to ", i))
		conds := make([]steady.Cond, width)
		for k := range width {
			c := steady.NewChan[uint64](g, fmt.Sprintf("%d.%d", i, k), 64)
			c.Tx(from)
			conds[k] = c.Rx(to).Avail(1)
		}
		from.Run(func(a *steady.Actor) error {
			<-a.Stopping()
			return nil
		})
		to.Run(func(a *steady.Actor) error {
			for a.Running() {
				a.WaitAny(conds...)
			}
			return nil
		})
	}
}

// readFrames reads the frames of a service for d and returns the processor time
// of one.
func readFrames(path string, d time.Duration) (time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
	defer client.CloseIdleConnections()
	resp, err := client.Get("http://localhost/v1/frames")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	r := wire.NewReader(resp.Body, wire.Limits{})
	if _, err := nextFrame(r); err != nil { // with the topology before it
		return 0, err
	}
	runtime.GC()
	cpu, count := processCPU(), 0
	for start := time.Now(); time.Since(start) < d; {
		if _, err := nextFrame(r); err != nil {
			return 0, err
		}
		count++
	}
	return (processCPU() - cpu) / time.Duration(count), nil
}

// nextFrame skips what is not a frame.
func nextFrame(r *wire.Reader) ([]byte, error) {
	for {
		switch kind, payload, err := r.Next(); {
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		case kind == wire.KindKeyframe || kind == wire.KindDelta:
			return payload, nil
		}
	}
}

// findSocket waits for the one socket in dir to answer.
func findSocket(dir string) (string, error) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		found, _ := filepath.Glob(filepath.Join(dir, "*.sock"))
		if len(found) != 1 {
			continue
		}
		if c, err := net.Dial("unix", found[0]); err == nil {
			return found[0], c.Close()
		}
	}
	return "", errors.New("no service answers after 10 s")
}
