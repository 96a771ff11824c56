package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Topology returns the description of a small graph: two actors joined by one
// channel.
func Topology(instance telemetry.Instance, generation uint64) *telemetry.Topology {
	return &telemetry.Topology{
		Schema: telemetry.Schema, Service: "nav", PID: 4127, Host: "arm7", Cores: 4, Control: true,
		Instance: instance, Generation: generation, Grace: 25 * time.Second,
		Actors: []telemetry.Actor{
			{ID: 0, Name: "camera", Schedule: telemetry.SchedulePooled},
			{ID: 1, Name: "logger", Schedule: telemetry.ScheduleSolo, ExactCPU: true},
		},
		Channels: []telemetry.Channel{{ID: 0, Name: "frames", Type: "Frame", Capacity: 100, From: 0, To: 1}},
	}
}

// Frame returns the seq-th frame of such a graph: 250 ms after the one before,
// in which camera sent 100 messages, of which logger took 75.
func Frame(top *telemetry.Topology, seq uint64) *telemetry.Frame {
	f := &telemetry.Frame{
		Instance: top.Instance, Generation: top.Generation, Seq: seq,
		Mono: time.Duration(seq) * 250 * time.Millisecond, CPU: time.Duration(seq) * 100 * time.Millisecond,
	}
	f.Resize(len(top.Actors), len(top.Channels))
	for i := range f.Actors.State {
		f.Actors.Time[telemetry.StateBusy][i] = f.Mono / 2
		f.Actors.Time[telemetry.StateWaiting][i] = f.Mono / 2
	}
	for i := range f.Channels.Sent {
		f.Channels.Sent[i], f.Channels.Taken[i] = 100*seq, 75*seq
	}
	return f
}

// Run checks what Source promises. connect returns a source that reads from s,
// and a function that cuts the connection as the death of the service would.
func Run(t *testing.T, connect func(t *testing.T, s *Service) (src source.Source, cut func())) {
	for _, tc := range []struct {
		name string
		run  func(c *conform)
	}{
		{"records in order", (*conform).order},
		{"the newest frame wins", (*conform).newest},
		{"a new keyframe", (*conform).rekey},
		{"a new generation", (*conform).generation},
		{"another instance", (*conform).instance},
		{"an end", (*conform).end},
		{"a death", (*conform).death},
		{"a close", (*conform).closed},
		{"a context", (*conform).context},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := NewService(Topology(7, 1))
			src, cut := connect(t, s)
			c := &conform{T: t, s: s, src: src, cut: cut, top: Topology(7, 1)}
			defer func() {
				if err := src.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
				if err := src.Close(); err != nil {
					t.Errorf("second Close: %v", err)
				}
			}()
			tc.run(c)
		})
	}
}

type conform struct {
	*testing.T
	s   *Service
	src source.Source
	cut func()
	top *telemetry.Topology
}

// next returns the next record as text: "topology 7/1", "frame 3" or "end".
func (c *conform) next() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	rec, err := c.src.Next(ctx)
	switch {
	case err != nil:
		return "", err
	case rec.Topology != nil:
		return fmt.Sprintf("topology %d/%d", rec.Topology.Instance, rec.Topology.Generation), nil
	case rec.Frame != nil:
		return fmt.Sprintf("frame %d", rec.Frame.Seq), nil
	case rec.End != nil:
		return "end", nil
	}
	return "an empty record", nil
}

func (c *conform) want(records ...string) {
	c.Helper()
	for _, want := range records {
		got, err := c.next()
		if err != nil || got != want {
			c.Fatalf("got %q, %v; want %q", got, err, want)
		}
	}
}

func (c *conform) publish(seq uint64) { c.s.Publish(Frame(c.top, seq)) }

func (c *conform) order() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	for seq := uint64(2); seq < 6; seq++ {
		c.publish(seq)
		c.want(fmt.Sprintf("frame %d", seq))
	}
}

func (c *conform) newest() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	for seq := uint64(2); seq < 100; seq++ {
		c.publish(seq)
	}
	// One frame may have been on its way.
	for got := ""; got != "frame 99"; {
		var err error
		if got, err = c.next(); err != nil {
			c.Fatal(err)
		}
	}
}

func (c *conform) rekey() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	c.s.Rekey()
	c.publish(5)
	c.want("frame 5")
	c.publish(6)
	c.want("frame 6")
}

func (c *conform) generation() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	c.top = Topology(7, 2)
	c.top.Actors = c.top.Actors[:1]
	c.top.Channels = nil
	c.s.Set(c.top)
	c.publish(2)
	c.want("topology 7/2", "frame 2")
}

func (c *conform) instance() {
	c.publish(50)
	c.want("topology 7/1", "frame 50")
	c.top = Topology(8, 1)
	c.s.Set(c.top)
	c.publish(51)
	c.want("topology 8/1", "frame 51")
}

func (c *conform) end() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	c.s.End(telemetry.End{Instance: 7, Clean: true})
	c.want("end")
	if _, err := c.next(); !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		c.Fatalf("after the end: %v, want io.EOF", err)
	}
}

func (c *conform) death() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	c.cut()
	if got, err := c.next(); err == nil || errors.Is(err, io.EOF) {
		c.Fatalf("after the death: %q, %v", got, err)
	}
}

func (c *conform) closed() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	done := make(chan error)
	go func() {
		_, err := c.next()
		done <- err
	}()
	if err := c.src.Close(); err != nil {
		c.Error(err)
	}
	if err := <-done; err == nil {
		c.Error("Next went on after Close")
	}
}

func (c *conform) context() {
	c.publish(1)
	c.want("topology 7/1", "frame 1")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := c.src.Next(ctx)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		c.Errorf("Next returned %v, want context.Canceled", err)
	}
}
