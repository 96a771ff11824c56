package diagnose

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// A circle is found exactly when there is one, and what is found is one.
func TestFindCircle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "actors")
		g := &Graph{}
		next := map[int32][]int32{}
		reach := make([][]bool, n)
		for i := range reach {
			reach[i] = make([]bool, n)
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "channels") {
			end := rapid.Int32Range(0, int32(n)-1)
			from, to := end.Draw(t, "from"), end.Draw(t, "to")
			g.Channels = append(g.Channels, Channel{From: from, To: to})
			next[from] = append(next[from], int32(i))
			reach[from][to] = true
		}
		for k := range n {
			for a := range n {
				for b := range n {
					reach[a][b] = reach[a][b] || reach[a][k] && reach[k][b]
				}
			}
		}
		want := false
		for a := range n {
			want = want || reach[a][a]
		}
		circle := findCircle(g, next)
		if want != (circle != nil) {
			t.Fatalf("found %v, want one: %v", circle, want)
		}
		for i, c := range circle {
			if g.Channels[c].To != g.Channels[circle[(i+1)%len(circle)]].From {
				t.Fatalf("%v is no circle", circle)
			}
		}
	})
}

func TestALongChainIsWalkedWithoutRecursion(t *testing.T) {
	const n = 200_000
	g := &Graph{}
	next := map[int32][]int32{}
	for i := range int32(n) {
		g.Channels = append(g.Channels, Channel{From: i, To: (i + 1) % n})
		next[i] = []int32{i}
	}
	if c := findCircle(g, next); len(c) != n {
		t.Errorf("found %d of %d", len(c), n)
	}
}

// BenchmarkDecide judges 500 actors and 750 channels, half of which are held up.
func BenchmarkDecide(b *testing.B) {
	g := graph(nil)
	for i := range 500 {
		a := actor("a", 0.5, float64(i%2)*0.4)
		a.State = telemetry.StateBusy
		g.Actors = append(g.Actors, a)
	}
	for i := range int32(750) {
		g.Channels = append(g.Channels, edge("c", i%500, (i*7+1)%500, float64(i%2), 10, 10))
	}
	var j Judge
	b.ReportAllocs()
	for b.Loop() {
		j.Decide(g)
	}
}
