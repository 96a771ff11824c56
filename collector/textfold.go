package collector

import (
	"fmt"
	"strings"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// fewest is the least number of rows that are written as one.
const fewest = 3

// fold puts the indices of rows with the same key together, in the order in
// which they begin. A row with an empty key, and rows that are few, stay alone.
func fold(n int, key func(int) string) [][]int {
	count, at := map[string]int{}, map[string]int{}
	for i := range n {
		count[key(i)]++
	}
	var out [][]int
	for i := range n {
		k := key(i)
		if k == "" || count[k] < fewest {
			out = append(out, []int{i})
			continue
		}
		if _, begun := at[k]; !begun {
			at[k] = len(out)
			out = append(out, nil)
		}
		out[at[k]] = append(out[at[k]], i)
	}
	return out
}

// stem returns a name with a star for each number in it.
func stem(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		digit := name[i] >= '0' && name[i] <= '9'
		if !digit {
			b.WriteByte(name[i])
		} else if i == 0 || name[i-1] < '0' || name[i-1] > '9' {
			b.WriteByte('*')
		}
	}
	return b.String()
}

// times is what many are called in a table.
func times(name string, n int) string { return fmt.Sprintf("%s ×%d", name, n) }

// actorKey is the same for actors that differ in the numbers in their names
// alone and run on the same. Who has something said of it is shown alone.
func actorKey(s *Snapshot, i int) string {
	if n := note(s, i); n != "" && n != heldBack {
		return ""
	}
	for k := range s.Findings {
		if s.Findings[k].Actor == int32(i) {
			return ""
		}
	}
	a := &s.Actors[i]
	if stem(a.Name) == a.Name || a.State == telemetry.StateBackoff {
		return ""
	}
	return stem(a.Name) + "\x00" + a.Troupe + "\x00" + a.RunsOn()
}

// sumActors returns many actors as one: what most of them do, CPU and rates of
// all, and the mean of their shares, but that the members of a troupe are busy
// in turn.
func sumActors(s *Snapshot, members []int) (sum Actor, held int) {
	sum = s.Actors[members[0]]
	states := map[string]int{}
	var cpu, busy, blocked, waiting, call, in, out total
	sum.For, sum.Restarts, sum.CPUKind = 0, 0, CPUExact
	for _, i := range members {
		a := &s.Actors[i]
		if states[a.State.String()]++; states[a.State.String()] > states[sum.State.String()] {
			sum.State = a.State
		}
		sum.For, sum.Restarts = max(sum.For, a.For), sum.Restarts+a.Restarts
		if a.CPU.Known() && a.CPUKind != CPUExact && sum.CPUKind != CPUBound {
			sum.CPUKind = a.CPUKind
		}
		cpu.add(a.CPU)
		busy.add(a.Busy)
		blocked.add(a.Blocked)
		waiting.add(a.Waiting)
		call.add(a.Call)
		in.add(a.In)
		out.add(a.Out)
		if note(s, i) == heldBack {
			held++
		}
	}
	sum.Name = times(stem(sum.Name), len(members))
	sum.CPU, sum.In, sum.Out = cpu.sum(), in.sum(), out.sum()
	sum.Busy, sum.Blocked, sum.Waiting, sum.Call = busy.mean(), blocked.mean(), waiting.mean(), call.mean()
	if sum.Troupe != "" {
		sum.Busy = busy.sum()
	}
	return sum, held
}

// channelKey is the same for lanes of a bundle, and for channels that differ in
// the numbers in their names and in those of their ends alone.
func channelKey(s *Snapshot, i int) string {
	c := &s.Channels[i]
	if stem(c.Name) == c.Name {
		return ""
	}
	return stem(c.Name) + "\x00" + c.Bundle + "\x00" + stem(end(s, c.From)) + "\x00" + stem(end(s, c.To))
}

// sumChannels returns many channels as one: what is in all of them, the rates
// of all, and the longest times. It also says how many are full.
func sumChannels(s *Snapshot, members []int) (sum Channel, full int) {
	sum = s.Channels[members[0]]
	var sent, taken total
	sum.Length, sum.Capacity, sum.FullFor, sum.Closed, sum.Fill = 0, 0, 0, true, Unknown()
	for _, i := range members {
		c := &s.Channels[i]
		sum.Length, sum.Capacity, sum.FullFor = sum.Length+c.Length, sum.Capacity+c.Capacity, max(sum.FullFor, c.FullFor)
		sum.Closed = sum.Closed && c.Closed
		sent.add(c.SentRate)
		taken.add(c.TakeRate)
		sum.P50, sum.P99 = longest(sum.P50, c.P50), longest(sum.P99, c.P99)
		if c.FullFor >= time.Second {
			full++
		}
	}
	if sum.Capacity > 0 {
		sum.Fill = Num(float64(sum.Length) / float64(sum.Capacity))
	}
	sum.Name, sum.SentRate, sum.TakeRate = times(stem(sum.Name), len(members)), sent.sum(), taken.sum()
	return sum, full
}

// ends returns what the actor at one end of many channels is called.
func ends(s *Snapshot, members []int, of func(*Channel) int32) string {
	first := of(&s.Channels[members[0]])
	for _, i := range members {
		if of(&s.Channels[i]) != first {
			return stem(end(s, first))
		}
	}
	return end(s, first)
}

func longest(a, b Num) Num {
	if !a.Known() || b > a {
		return b
	}
	return a
}

// total adds up what is known.
type total struct {
	of Num
	n  int
}

func (t *total) add(v Num) {
	if v.Known() {
		t.of, t.n = t.of+v, t.n+1
	}
}

func (t *total) sum() Num {
	if t.n == 0 {
		return Unknown()
	}
	return t.of
}

func (t *total) mean() Num { return t.sum() / Num(max(1, t.n)) }
