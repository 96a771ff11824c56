package wire

import (
	"encoding/binary"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// header is what comes before the columns of a frame.
type header struct {
	instance   telemetry.Instance
	generation uint64
	seq        uint64
	keySeq     uint64 // of the keyframe that this frame is relative to; its own for a keyframe
	mono       uint64
	wall       int64
	phase      uint64
	cpu        uint64
	rss        uint64
	goroutines uint64
	actors     uint64
	channels   uint64
}

func appendHeader(dst []byte, f *telemetry.Frame, keySeq uint64) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(f.Instance))
	for _, v := range [...]uint64{
		f.Generation, f.Seq, keySeq, uint64(f.Mono), zigzag(uint64(f.Wall)), uint64(f.Phase), uint64(f.CPU),
		f.RSS, f.Goroutines, uint64(len(f.Actors.State)), uint64(len(f.Channels.Sent)),
	} {
		dst = binary.AppendUvarint(dst, v)
	}
	return dst
}

// parseHeader returns the header and the bytes after it.
func parseHeader(p []byte) (h header, rest []byte, err error) {
	if len(p) < 8 {
		return h, nil, malformed("frame of %d bytes", len(p))
	}
	h.instance = telemetry.Instance(binary.BigEndian.Uint64(p))
	p = p[8:]
	var wall uint64
	for _, field := range [...]*uint64{
		&h.generation, &h.seq, &h.keySeq, &h.mono, &wall, &h.phase, &h.cpu,
		&h.rss, &h.goroutines, &h.actors, &h.channels,
	} {
		v, n := binary.Uvarint(p)
		if n <= 0 {
			return h, nil, malformed("header of a frame is cut short")
		}
		*field, p = v, p[n:]
	}
	h.wall = int64(unzigzag(wall))
	if h.phase >= uint64(telemetry.NumPhases) {
		return h, nil, malformed("phase %d", h.phase)
	}
	if int64(h.mono) < 0 || int64(h.cpu) < 0 {
		return h, nil, malformed("negative time in the header of a frame")
	}
	return h, p, nil
}

// fill sets all of f but the columns.
func (h *header) fill(f *telemetry.Frame) {
	f.Instance = h.instance
	f.Generation = h.generation
	f.Seq = h.seq
	f.Mono = time.Duration(h.mono)
	f.Wall = h.wall
	f.Phase = telemetry.Phase(h.phase)
	f.CPU = time.Duration(h.cpu)
	f.RSS = h.rss
	f.Goroutines = h.goroutines
}

// zigzag maps a difference in two's complement to a number that is small when
// the difference is near zero on either side.
func zigzag(v uint64) uint64 { return v<<1 ^ uint64(int64(v)>>63) }

func unzigzag(v uint64) uint64 { return v>>1 ^ -(v & 1) }
