package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/sampleapps/robot/robot"
	"github.com/steadytop/steadytop/tui"
)

// demoName is the name of the sample's graph.
const demoName = "robot"

// Limits of the demo.
const (
	startWithin = 10 * time.Second
	stopWithin  = 35 * time.Second // the grace of the service and a little more
)

func newDemo(l *looks) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Run a small robot and watch it",
		Long: `Run a small robot as a service of its own and attach to it. When you leave, it
is stopped gracefully. Without a terminal it prints one picture as text.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return failed("demo", demo(cmd.Context(), cmd.OutOrStdout(), l))
		},
	}
}

// newDemoService is the command that the demo runs in a process of its own.
func newDemoService() *cobra.Command {
	return &cobra.Command{
		Use:    "demo-service",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := context.WithCancel(cmd.Context())
			defer stop()
			go func() { // whoever started it is gone, or wants it to end
				_, _ = io.Copy(io.Discard, os.Stdin)
				stop()
			}()
			return failed("demo-service", robot.Run(ctx))
		},
	}
}

func demo(ctx context.Context, out io.Writer, l *looks) error {
	if _, _, err := l.terminal(); err != nil {
		return err
	}
	painted := term.IsTerminal(os.Stdout.Fd()) && !l.lines()
	if !painted {
		var stop context.CancelFunc
		ctx, stop = interruptible(ctx)
		defer stop()
	}
	child, err := startChild()
	if err != nil {
		return err
	}
	defer child.stop()
	s, err := child.attach(ctx)
	if err != nil {
		return errors.Join(err, child.stop())
	}
	if !painted && !l.plain {
		err := printOnce(ctx, out, s, l)
		s.Close()
		return errors.Join(err, child.stop())
	}
	res, err := l.watch(ctx, "demo", tui.Options{Session: s})
	err = conclude(out, "demo", res, err)
	if res.Last == nil || res.Last.End == nil {
		fmt.Fprintln(os.Stderr, "stopping the robot")
	}
	return errors.Join(err, child.stop())
}

func printOnce(ctx context.Context, out io.Writer, s *collector.Session, l *looks) error {
	snap, err := sampled(ctx, s)
	if err != nil {
		return err
	}
	return write(out, snap, "text", l)
}

// child is the service in a process of its own.
type child struct {
	cmd    *exec.Cmd
	alive  io.Closer // closing it asks the service to stop
	errors tailBuffer
	ended  chan struct{} // closed when the process has ended
	err    error         // of its end
}

// startChild starts the hidden command of this same program.
func startChild() (*child, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	c := &child{cmd: exec.Command(exe, "demo-service"), ended: make(chan struct{})}
	c.cmd.Args[0] = os.Args[0]
	c.cmd.Stderr = &c.errors
	detach(c.cmd)
	if c.alive, err = c.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start the robot: %w", err)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the robot: %w", err)
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// attach attaches to the service as soon as it can be found.
func (c *child) attach(ctx context.Context) (*collector.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		// The session outlives the attempts.
		s, err := collector.Open(context.WithoutCancel(ctx), fmt.Sprintf("%s:%d", demoName, c.cmd.Process.Pid), collector.Options{})
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, source.ErrNoTarget) {
			return nil, err
		}
		select {
		case <-again.C:
		case <-c.ended:
			return nil, errors.New("the robot ended before it could be watched" + c.said())
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return nil, fmt.Errorf("the robot was not found within %s: %w", startWithin, err)
			}
			return nil, ctx.Err()
		}
	}
}

// stop stops the service gracefully, if it still runs, and waits for its end.
// It may be called more than once.
func (c *child) stop() error {
	_ = c.alive.Close() // closed before, or with the process
	select {
	case <-c.ended:
	case <-time.After(stopWithin):
		_ = c.cmd.Process.Kill()
		<-c.ended
		return fmt.Errorf("the robot did not stop within %s and was killed", stopWithin)
	}
	if c.err != nil {
		return fmt.Errorf("the robot: %w%s", c.err, c.said())
	}
	return nil
}

// said returns what the service wrote to standard error last.
func (c *child) said() string {
	if text := strings.TrimSpace(c.errors.String()); text != "" {
		return ": " + safetext.Clean(text, 2000)
	}
	return ""
}

// tailBuffer keeps the end of what is written to it.
type tailBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

const maxTail = 4096

// Write implements io.Writer.
func (t *tailBuffer) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(p)
	if over := t.buf.Len() - maxTail; over > 0 {
		t.buf.Next(over)
	}
	return len(p), nil
}

// String returns the end of what was written.
func (t *tailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
