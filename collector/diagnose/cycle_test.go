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

// Whoever is stuck has a full output, and only such that lead to others who are
// stuck; and nobody else is like that.
func TestStuck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "actors")
		g := &Graph{}
		for range n {
			a := Actor{}
			if rapid.IntRange(0, 3).Draw(t, "blocked") > 0 {
				a.State, a.For = telemetry.StateBlocked, deadFor
			}
			g.Actors = append(g.Actors, a)
		}
		for range rapid.IntRange(0, 10).Draw(t, "channels") {
			end := rapid.Int32Range(-1, int32(n)-1)
			g.Channels = append(g.Channels, edge("c", end.Draw(t, "from"), end.Draw(t, "to"), rapid.SampledFrom([]float64{0.5, 1}).Draw(t, "fill"), 0, 0))
		}
		want := map[int32]bool{}
		for i := range g.Actors {
			want[int32(i)] = g.Actors[i].State == telemetry.StateBlocked
		}
		for changed := true; changed; {
			changed = false
			for a := range int32(n) {
				outs, out := 0, false
				for _, c := range g.Channels {
					if c.From == a && c.full() {
						outs, out = outs+1, out || !want[c.To]
					}
				}
				if want[a] && (outs == 0 || out) {
					want[a], changed = false, true
				}
			}
		}
		got := g.stuck()
		for a := range int32(n) {
			if _, is := got[a]; is != want[a] {
				t.Fatalf("actor %d: stuck is %v, want %v", a, is, want[a])
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
