package wire

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// seedFrames returns a topology with a keyframe and deltas of it.
func seedFrames(f *testing.F) (*telemetry.Topology, []byte, [][]byte) {
	f.Helper()
	l := newLoad(4, 5)
	var e Encoder
	key, _ := payload(f, e.Key(nil, l.step(time.Second)))
	var deltas [][]byte
	for i := range 4 {
		fr := l.step(250 * time.Millisecond)
		fr.Actors.Restarts[i] += 1 << (10 * i)
		fr.Actors.Vote[i] = telemetry.VoteVeto
		fr.Actors.Body[i] = time.Duration(i) * time.Second
		fr.Channels.Closed[i] = true
		if i == 3 {
			fr.Actors.Time[telemetry.StateWaiting][0] += time.Minute
		}
		rec, _ := e.Delta(nil, fr)
		p, _ := payload(f, rec)
		deltas = append(deltas, p)
	}
	return l.topology(), key, deltas
}

// FuzzDecode feeds a decoder any bytes as a keyframe or a delta. Whatever it
// accepts can be indexed and added up without surprise.
func FuzzDecode(f *testing.F) {
	top, key, deltas := seedFrames(f)
	f.Add(byte(KindKeyframe), key)
	for _, d := range deltas {
		f.Add(byte(KindDelta), d)
	}
	f.Add(byte(KindKeyframe), append(bytes.Clone(key), 99, 1, 0))
	var frame telemetry.Frame
	f.Fuzz(func(t *testing.T, kind byte, p []byte) {
		d := NewDecoder(top)
		if err := d.Decode(KindKeyframe, key, &frame); err != nil {
			t.Fatal(err)
		}
		err := d.Decode(Kind(kind), p, &frame)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrKey) && !errors.Is(err, ErrTopology) {
				t.Fatalf("an error of no type: %v", err)
			}
			if err := d.Decode(KindDelta, deltas[0], &frame); err != nil {
				t.Fatalf("an error spoiled the decoder: %v", err)
			}
			return
		}
		checkFrame(t, top, &frame)
	})
}

// checkFrame asserts what users of a frame rely on.
func checkFrame(t *testing.T, top *telemetry.Topology, f *telemetry.Frame) {
	t.Helper()
	a, c := &f.Actors, &f.Channels
	if len(a.State) != len(top.Actors) || len(c.Sent) != len(top.Channels) || int(f.Phase) >= telemetry.NumPhases || f.Mono < 0 {
		t.Fatalf("frame of %d and %d in phase %d at %v", len(a.State), len(c.Sent), f.Phase, f.Mono)
	}
	for i := range a.State {
		if int(a.State[i]) >= telemetry.NumStates || int(a.Vote[i]) >= telemetry.NumVotes || a.Since[i] < 0 || a.CPU[i] < 0 || a.Body[i] < 0 {
			t.Fatalf("actor %d: state %d, vote %d, since %v, cpu %v, body %v", i, a.State[i], a.Vote[i], a.Since[i], a.CPU[i], a.Body[i])
		}
		for s := range a.Time {
			if a.Time[s][i] < 0 {
				t.Fatalf("actor %d: %v in state %d", i, a.Time[s][i], s)
			}
		}
	}
	for i := range c.Sent {
		if c.Taken[i] > c.Sent[i] || c.LatencySum[i] < 0 {
			t.Fatalf("channel %d: %d taken of %d, latency %v", i, c.Taken[i], c.Sent[i], c.LatencySum[i])
		}
	}
}

// FuzzReader feeds the reader of records any stream. It takes no more memory
// than what arrives, and ends with an error that has a type.
func FuzzReader(f *testing.F) {
	rec, err := AppendTopology(nil, small())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(rec)
	f.Add(AppendRecord(rec, KindEnd, []byte("{}")))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := NewReader(bytes.NewReader(stream), Limits{Record: 1 << 20})
		total := 0
		for {
			_, p, err := r.Next()
			if err != nil {
				var limit *LimitError
				if err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, ErrMalformed) && !errors.As(err, &limit) {
					t.Fatalf("an error of no type: %v", err)
				}
				break
			}
			total += len(p)
		}
		if total > len(stream) || cap(r.buf) > 2*(len(stream)+step) {
			t.Fatalf("%d bytes of records and a buffer of %d from %d", total, cap(r.buf), len(stream))
		}
	})
}

// FuzzTopology feeds the decoder of topologies any text. What it accepts can
// be indexed by its own ids.
func FuzzTopology(f *testing.F) {
	rec, err := AppendTopology(nil, small())
	if err != nil {
		f.Fatal(err)
	}
	p, _ := payload(f, rec)
	f.Add(p)
	f.Add([]byte(`{"actors":[{"id":0}],"channels":[{"id":0,"from":-1,"to":0}]}`))
	f.Add([]byte(`{"actors":null}`))
	limits := Limits{Actors: 10, Channels: 10}
	f.Fuzz(func(t *testing.T, text []byte) {
		top, err := DecodeTopology(text, limits)
		if err != nil {
			return
		}
		if len(top.Actors) > limits.Actors || len(top.Channels) > limits.Channels {
			t.Fatalf("%d actors, %d channels", len(top.Actors), len(top.Channels))
		}
		for i, c := range top.Channels {
			if int(c.ID) != i || int(c.From) >= len(top.Actors) || int(c.To) >= len(top.Actors) || c.From < -1 || c.To < -1 {
				t.Fatalf("channel %+v of %d actors", c, len(top.Actors))
			}
		}
		if _, err := AppendTopology(nil, top); err != nil {
			t.Fatal(err)
		}
	})
}
