package wire

import (
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Encoder turns frames into records. It keeps a copy of the last keyframe and
// scratch space; it is not safe for concurrent use. The zero value is ready.
type Encoder struct {
	key    telemetry.Frame
	hasKey bool
	zero   telemetry.Frame // what a keyframe is relative to
	vals   []uint64        // one column
	masks  []uint32        // changed buckets per channel
}

// Key appends a keyframe record of f to dst and makes f, of which it keeps a
// copy, the base of the deltas that follow.
func (e *Encoder) Key(dst []byte, f *telemetry.Frame) []byte {
	e.zero.Resize(len(f.Actors.State), len(f.Channels.Sent))
	dst = e.frame(dst, f, &e.zero, KindKeyframe, f.Seq)
	e.key.CopyFrom(f)
	e.hasKey = true
	return dst
}

// KeySeq returns the Seq of the last keyframe, 0 before the first.
func (e *Encoder) KeySeq() uint64 {
	if !e.hasKey {
		return 0
	}
	return e.key.Seq
}

// Delta appends a delta record of f to dst. It returns dst as it was, and
// false, when f can not be told relative to the last keyframe: there is none,
// or it is of another instance, generation or size. Use Key then.
func (e *Encoder) Delta(dst []byte, f *telemetry.Frame) ([]byte, bool) {
	k := &e.key
	if !e.hasKey || k.Instance != f.Instance || k.Generation != f.Generation ||
		len(k.Actors.State) != len(f.Actors.State) || len(k.Channels.Sent) != len(f.Channels.Sent) {
		return dst, false
	}
	return e.frame(dst, f, k, KindDelta, k.Seq), true
}

func (e *Encoder) frame(dst []byte, f, key *telemetry.Frame, kind Kind, keySeq uint64) []byte {
	dst, start := beginRecord(dst, kind)
	dst = appendHeader(dst, f, keySeq)
	dst = e.actors(dst, f, key)
	dst = e.channels(dst, &f.Channels, &key.Channels)
	return endRecord(dst, start)
}

func (e *Encoder) actors(dst []byte, f, key *telemetry.Frame) []byte {
	a, k := &f.Actors, &key.Actors
	n := len(a.State)
	dst = e.column(dst, colState, diffBytes(e.scratch(n), a.State, k.State))
	dst = e.column(dst, colSince, diffSince(e.scratch(n), a.Since, k.Since, f.Mono))
	dst = e.column(dst, colVote, diffBytes(e.scratch(n), a.Vote, k.Vote))
	dst = e.column(dst, colRestarts, diffCounts(e.scratch(n), a.Restarts, k.Restarts))
	dst = e.column(dst, colTorn, diffCounts(e.scratch(n), a.Torn, k.Torn))
	dst = e.column(dst, colCPU, diffTimes(e.scratch(n), a.CPU, k.CPU))
	dst = e.column(dst, colBody, diffBody(e.scratch(n), a.Body, k.Body))
	for s := range a.Time {
		if colTime+s == colWaiting {
			if waitingIsRest(a, f.Mono) {
				continue
			}
			dst = e.column(dst, colWaiting, diffTimes(e.scratch(n), a.Time[s], e.zero.Actors.Time[s]))
			continue
		}
		dst = e.column(dst, colTime+s, diffTimes(e.scratch(n), a.Time[s], k.Time[s]))
	}
	dst = e.column(dst, colTimed, diffBools(e.scratch(n), a.Timed, k.Timed))
	return e.column(dst, colPatience, diffBody(e.scratch(n), a.Patience, k.Patience))
}

func (e *Encoder) channels(dst []byte, c, k *telemetry.ChannelColumns) []byte {
	n := len(c.Sent)
	dst = e.column(dst, colSent, diffCounts(e.scratch(n), c.Sent, k.Sent))
	dst = e.column(dst, colLength, diffLength(e.scratch(n), c, k))
	dst = e.column(dst, colClosed, diffBools(e.scratch(n), c.Closed, k.Closed))
	dst = e.column(dst, colLatSum, diffTimes(e.scratch(n), c.LatencySum, k.LatencySum))
	dst = e.latency(dst, c, k)
	return e.column(dst, colAwaited, diffBytes(e.scratch(n), c.Awaited, k.Awaited))
}

// scratch returns n values to overwrite.
func (e *Encoder) scratch(n int) []uint64 {
	if cap(e.vals) < n {
		e.vals = make([]uint64, n)
	}
	return e.vals[:n]
}

// waitingSlack is how far the times of an actor may add up beside the age of
// the service before the time of waiting is sent. A sampler reads one actor
// after another, so the sums are off by the microseconds that this takes.
const waitingSlack = time.Millisecond

// waitingIsRest reports whether, for every actor, the time of waiting is what
// the other states leave of mono.
func waitingIsRest(a *telemetry.ActorColumns, mono time.Duration) bool {
	for i := range a.State {
		off := -mono
		for s := range a.Time {
			off += a.Time[s][i]
		}
		if off > waitingSlack || off < -waitingSlack {
			return false
		}
	}
	return true
}

// The functions below fill v with what is sent for each row: the difference to
// the keyframe, modulo 2^64, so that even a counter that went back arrives as
// it is. Zero always means "as in the keyframe".

func diffCounts(v, cur, key []uint64) []uint64 {
	cur, key = cur[:len(v)], key[:len(v)]
	for i := range v {
		v[i] = cur[i] - key[i]
	}
	return v
}

func diffTimes(v []uint64, cur, key []time.Duration) []uint64 {
	cur, key = cur[:len(v)], key[:len(v)]
	for i := range v {
		c, k := cur[i], key[i]
		if c == k {
			v[i] = 0
			continue
		}
		v[i] = uint64(c)/uint64(TimeUnit) - uint64(k)/uint64(TimeUnit)
	}
	return v
}

func diffBytes[T ~uint8](v []uint64, cur, key []T) []uint64 {
	cur, key = cur[:len(v)], key[:len(v)]
	for i := range v {
		v[i] = uint64(cur[i] ^ key[i])
	}
	return v
}

func diffBools(v []uint64, cur, key []bool) []uint64 {
	cur, key = cur[:len(v)], key[:len(v)]
	for i := range v {
		v[i] = 0
		if cur[i] != key[i] {
			v[i] = 1
		}
	}
	return v
}

// diffSince sends how long the state has lasted, plus one, which is small for
// an actor that changes often, and nothing for one that does not change.
func diffSince(v []uint64, cur, key []time.Duration, mono time.Duration) []uint64 {
	cur, key = cur[:len(v)], key[:len(v)]
	now := uint64(mono) / uint64(SinceUnit)
	for i := range v {
		c, k := cur[i], key[i]
		if c == k {
			v[i] = 0
			continue
		}
		began := min(uint64(max(c, 0))/uint64(SinceUnit), now)
		v[i] = now - began + 1
	}
	return v
}

// diffBody sends a length that is 0 most of the time and goes back as often as
// it grows.
func diffBody(v []uint64, cur, key []time.Duration) []uint64 {
	cur, key = cur[:len(v)], key[:len(v)]
	for i := range v {
		v[i] = zigzag(uint64(max(cur[i], 0))/uint64(SinceUnit) - uint64(max(key[i], 0))/uint64(SinceUnit))
	}
	return v
}

// diffLength sends Taken as the change of Sent - Taken. A receiver can not be
// ahead of its sender: the sampler that says so read them at two moments.
func diffLength(v []uint64, c, k *telemetry.ChannelColumns) []uint64 {
	sent, taken := c.Sent[:len(v)], c.Taken[:len(v)]
	keySent, keyTaken := k.Sent[:len(v)], k.Taken[:len(v)]
	for i := range v {
		length := sent[i] - min(taken[i], sent[i])
		before := keySent[i] - min(keyTaken[i], keySent[i])
		v[i] = zigzag(length - before)
	}
	return v
}
