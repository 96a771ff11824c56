package sim

import (
	"math/rand/v2"
	"time"
)

// Choices are the decisions of one run. In each the first possibility is what
// happens by default: a flow goes on until it parks, then the one that has been
// ready for longest. So a list of zeros is the simplest schedule there is.
type Choices struct {
	rng     *rand.Rand
	replay  []uint16 // taken before any is drawn
	fixed   bool     // none is drawn
	made    []uint16
	profile profile
}

// profile is how a run goes about its choices. A mix of many finds more than one
// that is fair: some bugs need many changes of control, some need one at the
// right place and then none for long. (Swarm testing, Groce et al. 2012.)
type profile struct {
	// How often the default is taken, of 2^32: where a flow pauses, at a point, and
	// for who is next.
	stay, point, inTurn uint32
	late                uint32        // how often a wake-up takes a while, of 2^32
	step                time.Duration // what each step takes
}

const one = 1 << 32

// share returns the part p of 2^32.
func share(p float64) uint32 { return uint32(min(p*one, one-1)) }

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// FromSeed returns the choices of a seed.
func FromSeed(seed uint64) *Choices {
	r := rand.New(rand.NewPCG(seed, 0x5ead7))
	return &Choices{rng: r, profile: profile{
		stay:   share(pick(r, 0, 0.5, 0.9, 0.99)),
		point:  share(pick(r, 0.5, 0.9, 0.99)),
		inTurn: share(pick(r, 0, 0.5, 0.9)),
		late:   share(pick(r, 0, 0, 0, 0.1)),
		step:   pick(r, 0, 0, 0, 100*time.Nanosecond, time.Microsecond, 10*time.Microsecond),
	}}
}

// Replay returns the choices of a seed with made in the place of those that
// would be drawn; after them the default is taken.
func Replay(seed uint64, made []uint16) *Choices {
	c := FromSeed(seed)
	c.replay, c.fixed = made, true
	return c
}

// Made returns what was decided so far.
func (c *Choices) Made() []uint16 { return c.made }

// decide chooses one of n possibilities; standard is how often, of 2^32, the
// first one is taken without asking for more.
func (c *Choices) decide(n int, standard uint32) int {
	var k uint16
	switch at := len(c.made); {
	case at < len(c.replay):
		k = min(c.replay[at], uint16(n-1))
	case c.fixed:
	case standard > 0 && c.rng.Uint32() < standard:
	default:
		k = uint16(c.rng.Uint64N(uint64(n)))
	}
	c.made = append(c.made, k)
	return int(k)
}

// late returns how long a wake-up is on its way.
func (w *World) late() time.Duration {
	c := w.choices
	if c.profile.late == 0 || w.Still {
		return 0
	}
	k := c.decide(2, one-1-c.profile.late)
	return time.Duration(k) * time.Millisecond
}
