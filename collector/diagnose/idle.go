package diagnose

import (
	"fmt"
	"slices"

	"github.com/steadytop/steadytop/collector/units"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// hogEnough is the share of a troupe's thread from which one member is why the
// others do not move.
const hogEnough = 0.25

// idle reports whether an actor waits more than it does anything else. What is
// full at the moment says little about the one behind it then: it may have been
// empty for most of the time.
func (j *Judge) idle(actor int32) bool {
	a := &j.g.Actors[actor]
	return a.State != telemetry.StateDone && known(a.Waiting) > max(known(a.Busy), known(a.Call), known(a.Backoff))
}

// provenIdle reports whether an idle actor waited although an input was full:
// the two took more time than there was. It keeps a pace then, waits for
// another input, or does not get the thread of its troupe.
func (j *Judge) provenIdle(actor int32) bool {
	waiting := known(j.g.Actors[actor].Waiting)
	return slices.ContainsFunc(j.holding, func(i int32) bool {
		c := &j.g.Channels[i]
		return c.To == actor && known(c.Pressed)+waiting >= 1+heldEnough
	})
}

// innocent reports whether a subject only looks as if it held others back: it
// waits itself, and nobody keeps it from running.
func (j *Judge) innocent(c *charge) bool {
	return c.actor >= 0 && j.idle(c.actor) && !j.provenIdle(c.actor) && j.hogOf(c.actor) == nil
}

// hogOf returns who keeps an actor from running, or those who send to it: the
// actor is not to blame for a full input then.
func (j *Judge) hogOf(actor int32) *Hog {
	for i := range j.g.Hogs {
		h := &j.g.Hogs[i]
		if h.Actor == actor {
			continue
		}
		if slices.Contains(h.Starved, actor) && known(j.g.Actors[actor].Busy) < selfHeld {
			return h
		}
		if j.idle(actor) && known(j.g.Actors[h.Actor].Busy) >= hogEnough && (j.mates(h.Actor, actor) || j.sends(h, actor)) {
			return h
		}
	}
	return nil
}

// crowded reports whether the other members of an actor's troupe use most of
// its thread.
func (j *Judge) crowded(actor int32) bool {
	var busy float64
	for i := range j.g.Actors {
		if int32(i) != actor && j.mates(int32(i), actor) {
			busy += known(j.g.Actors[i].Busy)
		}
	}
	return busy >= selfHeld
}

// mates reports whether two actors share a thread.
func (j *Judge) mates(a, b int32) bool {
	t := j.g.Actors[a].Troupe
	return t != "" && t == j.g.Actors[b].Troupe
}

// sends reports whether anybody who waits for room in an input of actor shares
// the thread of h.
func (j *Judge) sends(h *Hog, actor int32) bool {
	return slices.ContainsFunc(j.holding, func(i int32) bool {
		c := &j.g.Channels[i]
		return c.To == actor && j.mates(h.Actor, c.From)
	})
}

// hogged is the verdict on an actor that does not get the thread of its troupe,
// or whose senders do not.
func (j *Judge) hogged(c *charge, h *Hog) Verdict {
	hog, victim, in := &j.g.Actors[h.Actor], &j.g.Actors[c.actor], &j.g.Channels[c.worst]
	if j.mates(h.Actor, c.actor) || slices.Contains(h.Starved, c.actor) {
		v := j.bottleneck(c)
		v.Actor = h.Actor
		v.Headline = fmt.Sprintf("%s holds %s back: it hogs troupe %s, running for up to %s without a boundary",
			hog.Name, victim.Name, hog.Troupe, duration(h.Body))
		v.Evidence = append([]string{
			fmt.Sprintf("%s does not get to run, and its input %s is %s", victim.Name, quote(in.Name), fullness(in)),
		}, v.Evidence...)
		return v
	}
	v := Verdict{
		Kind: Bottleneck, Actor: h.Actor, Channel: c.worst,
		Headline: fmt.Sprintf("%s hogs troupe %s, running for up to %s without a boundary: the others of it wait for the thread",
			hog.Name, hog.Troupe, duration(h.Body)),
	}
	if _, further := j.heldBack(c.actor); len(further) > 0 {
		v.Evidence = append(v.Evidence, "held back behind them: "+j.blockedList(further))
	}
	v.Evidence = append(v.Evidence, fmt.Sprintf("not %s: it waits %s of the time, and those who send to it do not get to run",
		victim.Name, units.Percent(known(victim.Waiting))))
	v.Evidence = append(v.Evidence, j.rivals(c)...)
	return v
}

// bursts says of who looks most as if it held others back why it does not.
func (j *Judge) bursts() []string {
	var worst *charge
	for _, c := range j.charges {
		if j.innocent(c) && (worst == nil || c.before(worst)) {
			worst = c
		}
	}
	if worst == nil {
		return nil
	}
	a := &j.g.Actors[worst.actor]
	return []string{fmt.Sprintf("not %s: it waits %s of the time itself; %s has too little room for what comes at once",
		a.Name, units.Percent(known(a.Waiting)), quote(j.g.Channels[worst.worst].Name))}
}
