package stall

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// scene is a graph that is looked at once a second, described in words: a
// channel is "from>name>to", its capacity is 4.
type scene struct {
	t   *testing.T
	top *telemetry.Topology
	w   *Watch
	f   telemetry.Frame
	now []Stall
	ids map[string]int32
	chs map[string]int32
}

func newScene(t *testing.T, channels ...string) *scene {
	s := &scene{t: t, top: &telemetry.Topology{}, ids: map[string]int32{}, chs: map[string]int32{}}
	for i, c := range channels {
		p := strings.Split(c, ">")
		s.top.Channels = append(s.top.Channels, telemetry.Channel{
			ID: uint32(i), Name: p[1], Capacity: 4, From: s.id(p[0]), To: s.id(p[2]),
		})
		s.chs[p[1]] = int32(i)
	}
	s.f.Resize(len(s.top.Actors), len(s.top.Channels))
	s.w = New(s.top, 0)
	return s
}

func (s *scene) id(name string) int32 {
	id, ok := s.ids[name]
	if !ok {
		id = int32(len(s.top.Actors))
		s.ids[name] = id
		s.top.Actors = append(s.top.Actors, telemetry.Actor{ID: uint32(id), Name: name})
	}
	return id
}

// set puts an actor into a state from now on.
func (s *scene) set(actor string, state telemetry.State) {
	s.f.Actors.State[s.ids[actor]], s.f.Actors.Since[s.ids[actor]] = state, s.f.Mono
	s.f.Actors.Timed[s.ids[actor]] = false
}

// waits parks an actor: "<left" waits for a message, ">left" for room.
func (s *scene) waits(actor string, ways ...string) {
	s.set(actor, telemetry.StateWaiting)
	for _, way := range ways {
		c := s.chs[way[1:]]
		if way[0] == '<' {
			s.f.Channels.Awaited[c] |= telemetry.AwaitsMessage
			continue
		}
		s.f.Channels.Awaited[c] |= telemetry.AwaitsRoom
		s.set(actor, telemetry.StateBlocked)
	}
}

// fill has as many messages come into a channel as it then holds.
func (s *scene) fill(channel string, n uint64) {
	c := s.chs[channel]
	s.f.Channels.Sent[c] = s.f.Channels.Taken[c] + n
}

// pass has messages go through a channel.
func (s *scene) pass(channels ...string) {
	for _, c := range channels {
		s.f.Channels.Sent[s.chs[c]]++
		s.f.Channels.Taken[s.chs[c]]++
	}
}

// look lets time pass, with a look each second at the latest. each is called
// before each look.
func (s *scene) look(d time.Duration, each func()) {
	for d > 0 {
		step := min(d, time.Second)
		s.f.Mono, d = s.f.Mono+step, d-step
		for i, state := range s.f.Actors.State {
			if s.f.Actors.Body[i] = 0; state == telemetry.StateBusy {
				s.f.Actors.Body[i] = s.f.Mono - s.f.Actors.Since[i]
			}
		}
		if each != nil {
			each()
		}
		s.now = s.w.Look(&s.f)
	}
}

func (s *scene) quiet() {
	s.t.Helper()
	for i := range s.now {
		s.t.Errorf("after %v: %s", s.f.Mono, s.now[i].Headline)
	}
}

// says checks what stands still: the headline first, then evidence.
func (s *scene) says(want ...string) {
	s.t.Helper()
	if len(s.now) != 1 {
		s.t.Fatalf("after %v: %d stalls, want one: %+v", s.f.Mono, len(s.now), s.now)
	}
	got := append([]string{s.now[0].Headline}, s.now[0].Evidence...)
	for i, text := range want {
		if i >= len(got) || got[i] != text {
			s.t.Fatalf("says\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
}

// actors checks who is told.
func (s *scene) actors(want ...string) {
	s.t.Helper()
	var got []string
	for _, a := range s.now[0].Actors {
		got = append(got, s.top.Actors[a].Name)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("about %v, want %v", got, want)
	}
}
