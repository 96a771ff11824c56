package main

import (
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view"
)

func paintFamily() family {
	return family{name: "paint", title: "Dashboard: painting", figures: []figure{
		{
			name: "draw and paint 160x50, 40 actors and 60 channels", unit: "ms", bound: atMost(1, 0.2),
			measure: func() (float64, error) {
				g := newGraphScreen(40, 60)
				took := perRun(100, func() { g.frame(0.2) })
				return in(took, time.Millisecond), nil
			},
		},
		{
			name: "the same from nothing, every cell", unit: "ms", bound: atMost(1, 0.2),
			measure: func() (float64, error) {
				g := newGraphScreen(40, 60)
				took := perRun(100, func() { g.painter.Forget(); g.frame(0.2) })
				return in(took, time.Millisecond), nil
			},
		},
		{
			name: "frame in which a fifth of the values changed", unit: "bytes", bound: atMost(1200, 1000),
			once: true, measure: func() (float64, error) { return bytesPerFrame(0.2) },
		},
		{
			name: "frame in which nothing changed", unit: "bytes", bound: atMost(0, 0),
			once: true, measure: func() (float64, error) { return bytesPerFrame(0) },
		},
	}}
}

// graphScreen is the graph of a service that fills a screen, drawn and painted
// as the dashboard does it.
type graphScreen struct {
	rnd     *rand.Rand
	s       *collector.Snapshot
	plan    *view.GraphPlan
	canvas  *screen.Canvas
	painter *screen.Painter
}

func newGraphScreen(actors, channels int) *graphScreen {
	g := &graphScreen{
		rnd: rand.New(rand.NewPCG(3, 4)), s: snapshot(actors, mesh(actors, channels)), canvas: screen.NewCanvas(160, 50),
		painter: screen.NewPainter(screen.PainterOptions{Profile: screen.TrueColor}),
	}
	g.plan = view.PlanGraph(g.s, view.GraphState{}, 160, 48, nil)
	g.frame(1)
	return g
}

// mesh joins actors in rows of five; what is left of the channels skips one.
func mesh(actors, channels int) []ends {
	const row = 5
	var es []ends
	for i := 0; i+row < actors && len(es) < channels; i++ {
		es = append(es, ends{i, i + row})
	}
	for i := 0; len(es) < channels; i++ {
		es = append(es, ends{i % (actors - row), i%(actors-row)/row*row + row + (i+1)%row})
	}
	return es
}

// frame changes a share of the figures, draws and paints, and returns the bytes.
func (g *graphScreen) frame(changing float64) []byte {
	g.change(changing)
	c := g.canvas
	c.Clear(screen.Style{})
	head, rest := c.Bounds().SplitTop(1)
	_, body := rest.SplitBottom(1)
	view.Header{Now: g.s.Taken}.Draw(c.Sub(head), g.s, theme.Dark)
	view.DrawGraph(c.Sub(body), g.s, g.plan, view.GraphState{}, theme.Dark)
	return g.painter.Paint(c)
}

// change lets a share of actors and channels drift, as measured values do.
func (g *graphScreen) change(share float64) {
	drift := func(v collector.Num) collector.Num {
		return collector.Num(math.Abs(math.Mod(float64(v)+0.1*(g.rnd.Float64()-0.5), 1)))
	}
	for i := range g.s.Actors {
		if a := &g.s.Actors[i]; g.rnd.Float64() < share {
			a.CPU = drift(a.CPU)
			a.Busy = a.CPU
			a.Blocked = (1 - a.Busy) / 4
			a.Waiting = 1 - a.Busy - a.Blocked
		}
	}
	for i := range g.s.Channels {
		if k := &g.s.Channels[i]; g.rnd.Float64() < share {
			k.Fill = drift(k.Fill)
			k.Length = uint64(float64(k.Fill) * float64(k.Capacity))
			k.SentRate *= 1 + collector.Num(0.1*(g.rnd.Float64()-0.5))
			k.TakeRate = k.SentRate
		}
	}
}

func bytesPerFrame(changing float64) (float64, error) {
	const frames = 200
	g := newGraphScreen(40, 60)
	total := 0
	for range frames {
		total += len(g.frame(changing))
	}
	if changing > 0 && total == 0 {
		return 0, errors.New("figures changed, but no byte was written")
	}
	return float64(total) / frames, nil
}
