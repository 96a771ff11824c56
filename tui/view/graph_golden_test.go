package view

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

func init() {
	// One flag for all tests of the package, whoever defines it.
	if flag.Lookup("update") == nil {
		flag.Bool("update", false, "write the golden files instead of comparing with them")
	}
}

// graphGolden compares text with testdata/name, or writes it with -update.
func graphGolden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run go test with -update and look at what it writes", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestGraphGolden(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}, {160, 50}} {
		w, h := size[0], size[1]
		for _, g := range []*screen.GlyphSet{screen.Unicode, screen.ASCII} {
			name := fmt.Sprintf("graph-%dx%d-%s.txt", w, h, g.Name)
			t.Run(name, func(t *testing.T) {
				s := graphRobot()
				c, p := graphCanvas(t, s, GraphState{}, w, h, g)
				text := c.StyledString()
				if w >= 80 {
					wholeGraph(t, s, c, p)
				}
				graphGolden(t, name, text)
			})
		}
	}
}

// wholeGraph checks that every actor's name and a gauge of every channel are on
// the screen without panning.
func wholeGraph(t *testing.T, s *collector.Snapshot, c *screen.Canvas, p *GraphPlan) {
	t.Helper()
	if !p.Fits {
		t.Errorf("the graph takes %dx%d cells", p.Layout.W, p.Layout.H)
	}
	text := c.String()
	for i := range s.Actors {
		if !strings.Contains(text, s.Actors[i].Name) {
			t.Errorf("%s is not shown", s.Actors[i].Name)
		}
	}
	w, h := c.Size()
	x, y := p.origin(GraphState{}, w, h)
	g := c.Glyphs()
	for k := range s.Channels {
		r := &p.Layout.Edges[p.edgeOf[k]]
		head, ends := c.Cell(r.Head.X-x, r.Head.Y-y).Text, ""
		for i := range p.measures.gauge() {
			ends += c.Cell(r.Gauge.X-x+i, r.Gauge.Y-y).Text
		}
		if head != string(g.Right) && head != string(g.Left) {
			t.Errorf("the head of %s is %q", s.Channels[k].Name, head)
		}
		if !strings.HasPrefix(ends, string(g.GaugeLeft)) && !strings.HasSuffix(ends, string(g.GaugeRight)) {
			t.Errorf("the gauge of %s is %q", s.Channels[k].Name, ends)
		}
	}
}

func TestGraphGoldenStates(t *testing.T) {
	draw := func(t *testing.T, name string, s *collector.Snapshot, st GraphState, w, h int) {
		c := screen.NewCanvas(w, h)
		DrawGraph(c, s, PlanGraph(s, st, w, h, nil), st, theme.Dark)
		graphGolden(t, name, c.StyledString())
	}
	t.Run("actor selected", func(t *testing.T) {
		draw(t, "graph-selected-actor.txt", graphRobot(), GraphState{Selected: Selection{SelectActor, 3}}, 80, 24)
	})
	t.Run("channel selected", func(t *testing.T) {
		draw(t, "graph-selected-channel.txt", graphRobot(), GraphState{Selected: Selection{SelectChannel, 4}}, 80, 24)
	})
	t.Run("search", func(t *testing.T) {
		draw(t, "graph-search.txt", graphRobot(), GraphState{Query: "LOG"}, 80, 24)
	})
	t.Run("focus", func(t *testing.T) {
		draw(t, "graph-focus.txt", graphRobot(), GraphState{Focus: 4}, 80, 24)
	})
	t.Run("compact", func(t *testing.T) {
		draw(t, "graph-compact.txt", graphRobot(), GraphState{Zoom: 8}, 120, 10)
	})
	t.Run("dots", func(t *testing.T) {
		draw(t, "graph-dots.txt", graphRobot(), GraphState{Zoom: MaxZoom}, 40, 10)
	})
	t.Run("nothing yet", func(t *testing.T) {
		draw(t, "graph-connecting.txt", &collector.Snapshot{Link: collector.LinkConnecting}, GraphState{}, 40, 10)
	})
	t.Run("strange", func(t *testing.T) {
		draw(t, "graph-strange.txt", strangeGraph(), GraphState{}, 80, 24)
	})
}

func TestGraphLegend(t *testing.T) {
	for w, want := range map[int]string{
		110: " ▓ busy  ▞ in a call  ▒ blocked on output  ░ idle  ━ full  ╌ feedback  ◉ bottleneck  ▲ failed\n",
		90:  " ▓ busy  ▒ blocked on output  ░ idle  ━ full  ╌ feedback  ◉ bottleneck  ▲ failed\n",
		75:  " ▓ busy  ▒ blocked on output  ░ idle  ━ full  ╌ feedback  ◉ bottleneck\n",
		40:  " ▓ busy  ▒ blocked on output  ░ idle\n",
	} {
		c := screen.NewCanvas(w, 1)
		DrawGraphLegend(c, theme.Dark)
		if got := c.String(); got != want {
			t.Errorf("%d columns: %q, want %q", w, got, want)
		}
	}
}
