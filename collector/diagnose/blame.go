package diagnose

import (
	"slices"
	"time"
)

// known turns NaN into 0: what was not measured is no evidence.
func known(v float64) float64 {
	if v > 0 {
		return v
	}
	return 0
}

// attribute splits the blocked time of each sender among its outputs, by the
// time for which each of them pressed. When none did for long, which small and
// fast channels can manage, the mean fill decides: the time was spent waiting
// for room, and it was spent somewhere.
func (j *Judge) attribute() {
	g := j.g
	j.held = resize(j.held, len(g.Channels))
	j.weight = resize(j.weight, len(g.Actors))
	pressing := func(c *Channel) float64 {
		if known(c.Pressed) >= fullEnough {
			return c.Pressed
		}
		return 0
	}
	anyFill := func(c *Channel) float64 { return known(c.Fill) }
	for _, weigh := range []func(*Channel) float64{pressing, anyFill} {
		sums := slices.Clone(j.weight)
		for i := range g.Channels {
			if c := &g.Channels[i]; c.From >= 0 && !c.Native && j.weight[c.From] == 0 {
				sums[c.From] += weigh(c)
			}
		}
		for i := range g.Channels {
			c := &g.Channels[i]
			if c.From < 0 || c.Native || j.weight[c.From] > 0 || sums[c.From] == 0 {
				continue
			}
			j.held[i] = known(g.Actors[c.From].Blocked) * weigh(c) / sums[c.From]
		}
		copy(j.weight, sums)
	}
	j.holding = j.holding[:0]
	for i, h := range j.held {
		if h >= heldStill {
			j.holding = append(j.holding, int32(i))
		}
	}
}

// accuse returns the subject that holds back most, nil when nothing does. Who
// waits itself is none, unless it waited although its input was full.
func (j *Judge) accuse() *charge {
	if j.charges == nil {
		j.charges = map[subject]*charge{}
	}
	clear(j.charges)
	for _, i := range j.holding {
		j.charge(i)
	}
	var best, most *charge
	for _, c := range j.charges {
		if j.innocent(c) {
			continue
		}
		if most == nil || c.before(most) {
			most = c
		}
		if c.actor >= 0 && known(j.g.Actors[c.actor].Blocked) >= selfHeld {
			continue // a victim of someone further down
		}
		if best == nil || c.before(best) {
			best = c
		}
	}
	if best == nil {
		best = most // everyone waits for everyone, and yet it moves: the one that moves most
	}
	if now := j.charges[j.current]; now != nil && best != nil && !j.innocent(now) && best.score < now.score*keepFactor {
		return now
	}
	return best
}

// before orders charges by their score, then by position.
func (c *charge) before(d *charge) bool {
	if c.score != d.score {
		return c.score > d.score
	}
	if c.actor != d.actor {
		return c.actor > d.actor
	}
	return c.channel < d.channel
}

func (j *Judge) charge(i int32) {
	c := &j.g.Channels[i]
	who := subject{actor: c.To, channel: -1, set: true}
	if c.To < 0 {
		who = subject{actor: -1, channel: i, set: true}
	}
	if !j.holds(i, who == j.current) {
		return
	}
	free := 1.0
	if who.actor >= 0 {
		free -= known(j.g.Actors[who.actor].Blocked)
	}
	ch := j.charges[who]
	if ch == nil {
		ch = &charge{subject: who, worst: i}
		j.charges[who] = ch
	}
	ch.score += j.held[i] * free
	ch.total += j.held[i]
	if j.held[i] > j.held[ch.worst] {
		ch.worst = i
	}
}

func (j *Judge) holds(i int32, already bool) bool {
	if already {
		return j.held[i] >= heldStill
	}
	return j.held[i] >= heldEnough
}

// offer is the rate at which a sender sent when nothing kept it from sending.
type offer struct {
	rate float64
	at   time.Duration // clock of the service
}

// offerLasts is for how long an offered rate is believed to be the same.
const offerLasts = 10 * time.Minute

// remember notes the rates of the senders that are not blocked at all. Once a
// channel is full its sender is slowed down, and what it would send is not to
// be seen any more.
func (j *Judge) remember() {
	g := j.g
	if len(j.offers) != len(g.Channels) {
		j.offers = make([]offer, len(g.Channels))
	}
	for i := range g.Channels {
		c := &g.Channels[i]
		if c.From >= 0 && g.Actors[c.From].Blocked < 0.01 && c.Pressed < 0.01 && c.SentRate > 0 {
			j.offers[i] = offer{rate: c.SentRate, at: g.Mono}
		}
	}
}

// need returns by how much faster channel i would have to be emptied, 0 when
// one of the two rates is not known or the difference is small.
func (j *Judge) need(i int32) (factor, offered float64) {
	o, c := j.offers[i], &j.g.Channels[i]
	if o.rate <= 0 || j.g.Mono-o.at > offerLasts || !(c.TakeRate > 0) || o.rate < 1.05*c.TakeRate {
		return 0, 0
	}
	return o.rate / c.TakeRate, o.rate
}

func resize(s []float64, n int) []float64 {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}
