package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func liveFamily() family {
	bin := sync.OnceValues(buildViewer)
	big := sync.OnceValues(func() (bigService, error) { return watchBigService(bin, 500, 10*time.Second) })
	return family{name: "live", title: "Dashboard: the whole program", figures: []figure{
		{
			name: "terminal bytes of the robot, 160x50, 4 Hz", unit: "bytes/s", bound: atMost(1024, 512), once: true,
			measure: func() (float64, error) { return robotBytes(bin, 10*time.Second) },
		},
		{
			name: "processor use of steadytop, 500 actors, 4 Hz", unit: "% of a core", bound: atMost(1, 0.3), once: true,
			measure: func() (float64, error) { b, err := big(); return b.percent, err },
		},
		{
			name: "attach to first paint, 500 actors", unit: "ms", bound: atMost(100, 0), once: true,
			measure: func() (float64, error) { b, err := big(); return in(b.firstPaint, time.Millisecond), err },
		},
	}}
}

// buildViewer builds steadytop as a user has it. The binary stays in a folder
// of the system for temporary files until the end of the run.
func buildViewer() (string, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return "", err
	}
	atExit = append(atExit, func() { os.RemoveAll(dir) })
	bin := filepath.Join(dir, "steadytop")
	out, err := exec.Command("go", "build", "-C", "..", "-o", bin, "./cmd/steadytop").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return bin, nil
}

// robotBytes runs the demo and counts what it sends to a terminal.
func robotBytes(build func() (string, error), d time.Duration) (float64, error) {
	bin, err := build()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	t, err := startInTerminal(exec.Command(bin, "demo"), "STEADYTOP_DIR="+dir)
	if err != nil {
		return 0, err
	}
	defer t.close()
	if err := t.await("logger", 10*time.Second); err != nil {
		return 0, err
	}
	time.Sleep(3 * time.Second) // until rates are known and the bars are up
	before, start := t.count(), time.Now()
	time.Sleep(d)
	return float64(t.count()-before) / time.Since(start).Seconds(), nil
}

// bigService is what it takes to look at a service of many actors.
type bigService struct {
	firstPaint time.Duration
	percent    float64 // of a core, used by the viewer
}

func watchBigService(build func() (string, error), actors int, d time.Duration) (found bigService, err error) {
	bin, err := build()
	if err != nil {
		return found, err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return found, err
	}
	defer os.RemoveAll(dir)
	g := &steady.Graph{Name: "big", Socket: dir, Metrics: steady.Off}
	busyChain(g, actors)
	ended := make(chan error, 1)
	go func() { ended <- g.Run(context.Background()) }()
	defer func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err = errors.Join(err, g.Shutdown(stop), <-ended)
	}()
	path, err := findSocket(dir)
	if err != nil {
		return found, err
	}
	return look(exec.Command(bin, "attach", path), "channels", d)
}

// look attaches, waits until text is painted, and measures for d.
func look(cmd *exec.Cmd, text string, d time.Duration) (found bigService, err error) {
	start := time.Now()
	t, err := startInTerminal(cmd)
	if err != nil {
		return found, err
	}
	defer t.close()
	if err := t.await(text, 10*time.Second); err != nil {
		return found, err
	}
	found.firstPaint = time.Since(start)
	time.Sleep(2 * time.Second)
	before, err := threadsCPU(t.cmd.Process.Pid)
	if err != nil {
		return found, err
	}
	start = time.Now()
	time.Sleep(d)
	after, err := threadsCPU(t.cmd.Process.Pid)
	found.percent = 100 * float64(after-before) / float64(time.Since(start))
	return found, err
}

// busyChain passes a thousand messages a second through n actors in a row.
func busyChain(g *steady.Graph, n int) {
	c := steady.NewChan[uint64](g, "0", 64)
	steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[uint64]) error {
		for a.Running() {
			if a.Wait(a.Every(10*time.Millisecond), out.Vacant(10)) {
				for i := range uint64(10) {
					if err := out.Send(i); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	for i := 1; i < n-1; i++ {
		next := steady.NewChan[uint64](g, fmt.Sprint(i), 64)
		steady.Stage(g, fmt.Sprint("stage ", i), c, next, stage)
		c = next
	}
	steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		for range in.All() {
		}
		return nil
	})
}

// threadsCPU returns the processor time of all threads of a process.
func threadsCPU(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("process %d has no schedstat: this figure needs linux", pid)
	}
	var sum time.Duration
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		var ns int64
		if _, err := fmt.Fscan(strings.NewReader(string(text)), &ns); err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}
