package diagnose

import (
	"fmt"
	"slices"

	"github.com/steadytop/steadytop/collector/units"
)

// notTheCause speaks of what looks guilty and is not: senders that are blocked
// and have a full input themselves, then actors that are busy while nobody
// waits for them.
func (j *Judge) notTheCause(c *charge, direct []int32) []string {
	var out []string
	name := j.g.Actors[c.actor].Name
	for _, i := range direct {
		from := j.g.Channels[i].From
		if len(out) < maxNot && j.inputFull(from) {
			out = append(out, fmt.Sprintf("not %s: its input is full because it waits for %s", j.g.Actors[from].Name, name))
		}
	}
	return append(out, j.busyAlone(maxNot-len(out))...)
}

func (j *Judge) inputFull(actor int32) bool {
	for i := range j.g.Channels {
		if c := &j.g.Channels[i]; c.To == actor && known(c.Pressed) >= fullEnough {
			return true
		}
	}
	return false
}

// busyAlone names up to n actors that are busy although nobody waits for them.
func (j *Judge) busyAlone(n int) []string {
	var out []string
	for i := range j.g.Actors {
		a := &j.g.Actors[i]
		who := subject{actor: int32(i), channel: -1, set: true}
		hog := slices.ContainsFunc(j.g.Hogs, func(h Hog) bool { return h.Actor == who.actor })
		if len(out) < n && known(a.Busy) >= 0.80 && j.charges[who] == nil && !hog {
			out = append(out, fmt.Sprintf("not %s: busy %s, and nobody waits for it", a.Name, units.Percent(a.Busy)))
		}
	}
	return out
}

// free is the verdict on a graph in which nobody waits for anybody. Its
// evidence are the things that could make one think otherwise.
func (j *Judge) free() Verdict {
	v := Verdict{Kind: Free, Actor: -1, Channel: -1, Headline: "nothing is held back", Evidence: j.bursts()}
	for i := range j.g.Channels {
		if len(v.Evidence) == maxNamed {
			return v
		}
		c := &j.g.Channels[i]
		if s := filling(c); s != "" {
			v.Evidence = append(v.Evidence, s)
		} else if known(c.Pressed) >= fullEnough && c.From >= 0 && !c.Native && j.g.Actors[c.From].Blocked < heldEnough {
			v.Evidence = append(v.Evidence, fmt.Sprintf("%s is %s, but %s does not wait for it",
				quote(c.Name), fullness(c), j.g.Actors[c.From].Name))
		}
	}
	v.Evidence = append(v.Evidence, j.busyAlone(maxNamed-len(v.Evidence))...)
	return v
}

// filling says when a channel will be full, if that is soon.
func filling(c *Channel) string {
	surplus := c.SentRate - c.TakeRate
	if c.Capacity == 0 || c.Length >= c.Capacity || !(surplus > 0.05*c.TakeRate) || 10*c.Length < 3*c.Capacity {
		return ""
	}
	left := float64(c.Capacity-c.Length) / surplus
	if left > 60 {
		return ""
	}
	return fmt.Sprintf("%s will be full in %s: %s come in, %s go out",
		quote(c.Name), units.Seconds(left), units.Rate(c.SentRate), units.Rate(c.TakeRate))
}
