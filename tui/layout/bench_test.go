package layout

import (
	"fmt"
	"testing"
)

func BenchmarkDo(b *testing.B) {
	for _, n := range []int{9, 50, 200, 500, 1000} {
		g := service(n, 7)
		if n == 9 {
			g = robot(11, 3)
		}
		b.Run(fmt.Sprintf("%d nodes %d edges", len(g.Nodes), len(g.Edges)), func(b *testing.B) {
			b.ReportAllocs()
			var l *Layout
			for b.Loop() {
				l = Do(g, cards, nil)
			}
			b.ReportMetric(float64(l.Crossings), "crossings")
			b.ReportMetric(float64(l.Straight), "straight")
			b.ReportMetric(float64(l.W), "W")
			b.ReportMetric(float64(l.H), "H")
		})
	}
}
