package steady

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
)

// tearing is what an iteration that sends more than fits has to publish, told
// beforehand: before each send that has to wait, with something sent already.
type tearing struct {
	sent, visible int // in this iteration; visible before it is complete
	torn, lost    int
	arrives       []int // what the receiver gets, in this order
}

// send is called before v is sent, and told whether that has to wait.
func (m *tearing) send(v int, waits bool) {
	if m.sent > 0 && waits {
		if m.visible == 0 {
			m.torn++
		}
		m.visible = m.sent
	}
	m.arrives = append(m.arrives, v)
	m.sent++
}

// end is called when the iteration is over; what was not visible by then is
// taken back if it failed.
func (m *tearing) end(failed bool) {
	if failed {
		m.arrives = m.arrives[:len(m.arrives)-m.sent+m.visible]
		if m.visible > 0 {
			m.lost++
		}
	}
	m.sent, m.visible = 0, 0
}

// bulks are ways to send vs in one iteration, however many they are. The receiver
// makes room for one message after another, each time when the sender waits.
var bulks = map[string]func(a *Actor, out *Tx[int], vs []int, m *tearing) error{
	"Send": func(_ *Actor, out *Tx[int], vs []int, m *tearing) error {
		for _, v := range vs {
			m.send(v, out.p.Vacant() == 0)
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	},
	"SendSlice": func(_ *Actor, out *Tx[int], vs []int, m *tearing) error {
		room := int(out.p.Vacant())
		for i, v := range vs {
			m.send(v, i >= room)
		}
		return out.SendSlice(vs)
	},
	"TrySend and Wait": func(a *Actor, out *Tx[int], vs []int, m *tearing) error {
		for _, v := range vs {
			m.send(v, out.p.Vacant() == 0)
			for !out.TrySend(v) {
				if !a.Wait(out.Vacant(1)) {
					return ErrStopped
				}
			}
		}
		return nil
	},
	"Publish": func(a *Actor, out *Tx[int], vs []int, m *tearing) error {
		for _, v := range vs {
			m.send(v, out.p.Vacant() == 0)
			x, _ := out.Reserve()
			for len(x) == 0 {
				if !a.Wait(out.Vacant(1)) {
					return ErrStopped
				}
				x, _ = out.Reserve()
			}
			x[0] = v
			out.Publish(1)
		}
		return nil
	},
}

// endings are the ways in which an iteration fails. From the last one the actor
// recovers by itself.
var endings = map[string]func() error{
	"error":     func() error { return errors.New("on purpose") },
	"panic":     func() error { panic("on purpose") },
	"goexit":    func() error { runtime.Goexit(); return nil },
	"recovered": func() error { panic(errRecovered) },
}

var errRecovered = errors.New("the actor recovers from this")

// Iterations that send up to three times what the channel holds, and fail now
// and then, at any place: the count of torn ones and of those lost after that is
// exact, what arrives twice is exactly what had to be published before it was
// complete, and nothing is lost.
func TestWhatIsTornAndWhatComesTwice(t *testing.T) {
	for _, s := range schedules {
		if s.park == ParkFutex {
			s.park = ParkChannel // a futex does not let the clock of the bubble move
		}
		for way, bulk := range bulks {
			for ending, fail := range endings {
				for _, capacity := range []int{1, 5} {
					t.Run(fmt.Sprintf("%s/%s/%s/%d", s.name, way, ending, capacity), func(t *testing.T) {
						var m tearing
						var got []int
						bubble(t, func(g *Graph) {
							g.Park = s.park
							in, out := NewChan[int](g, "in", 4), NewChan[int](g, "out", capacity)
							Source(g, "source", in, counted(30, never))
							Stage(g, "stage", in, out, tearer(&m, bulk, fail), always, s.on[0])
							Sink(g, "sink", out, func(a *Actor, in *Rx[int]) error {
								for v := range in.All() {
									got = append(got, v)
									a.Wait(a.After(time.Millisecond)) // gives nothing back before
								}
								return nil
							}, s.on[1%len(s.on)])
							t.Cleanup(func() {
								a := g.actors[1]
								if a.torn.Load() != uint64(m.torn) || a.tornLost.Load() != uint64(m.lost) {
									t.Errorf("torn %d, lost %d, want %d and %d", a.torn.Load(), a.tornLost.Load(), m.torn, m.lost)
								}
							})
						}, noError)
						if m.torn == 0 || m.lost == 0 {
							t.Errorf("torn %d, lost %d: this tests nothing", m.torn, m.lost)
						}
						if !slices.Equal(got, m.arrives) {
							t.Errorf("got  %v\nwant %v", got, m.arrives)
						}
					})
				}
			}
		}
	}
}

// tearer answers message v with (v%3 + 1) * 2/3 as many as the channel holds. On
// each fourth it fails when it comes for the first time, with any number sent.
func tearer(m *tearing, bulk func(*Actor, *Tx[int], []int, *tearing) error, fail func() error) func(*Actor, *Rx[int], *Tx[int]) error {
	tried := map[int]bool{}
	answer := func(a *Actor, in *Rx[int], out *Tx[int]) (err error) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case errRecovered:
				err = errRecovered
			default:
				panic(v)
			}
		}()
		for v := range in.All() {
			var vs []int
			for i := range (v%3 + 1) * (2*out.Capacity() + 2) / 3 {
				vs = append(vs, 1000*v+i)
			}
			fails := v%4 == 1 && !tried[v]
			if fails {
				vs = vs[:v%(len(vs)+1)]
			}
			if err := bulk(a, out, vs, m); err != nil {
				return err
			}
			m.end(fails)
			if tried[v] = true; fails {
				return fail()
			}
		}
		return nil
	}
	return func(a *Actor, in *Rx[int], out *Tx[int]) error {
		err := errRecovered
		for err == errRecovered {
			err = answer(a, in, out)
		}
		return err
	}
}
