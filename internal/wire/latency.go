package wire

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Latency histograms travel by row, since a channel that moves changes several
// neighbouring buckets and most channels change none. A row is: the rows
// skipped since the last one; a byte with the lowest changed bucket and a
// shift; the set of changed buckets, shifted down by the lowest; for each of
// them, in order, its difference to the keyframe, shifted down by the shift.
// The shift is what all differences have in common: a stamp on one message in
// 2^k counts 2^k.

// latency appends the column of histograms, or nothing when none changed.
func (e *Encoder) latency(dst []byte, c, k *telemetry.ChannelColumns) []byte {
	n := len(c.Sent)
	if cap(e.masks) < n {
		e.masks = make([]uint32, n)
	}
	masks := e.masks[:n]
	clear(masks)
	for b := range c.Latency {
		markChanged(masks, c.Latency[b], k.Latency[b], 1<<b)
	}
	start, next := -1, 0
	for i, m := range masks {
		if m == 0 {
			continue
		}
		if start < 0 {
			dst = binary.AppendUvarint(dst, colLatency)
			start = len(dst)
			dst = append(dst, 0, 0, 0, 0, 0, formRows)
		}
		dst = appendRow(dst, i-next, i, m, c, k)
		next = i + 1
	}
	if start < 0 {
		return dst
	}
	return closeGap(dst, start, colGap)
}

// markChanged sets bit in the mask of each row whose value differs.
func markChanged(masks []uint32, cur, key []uint64, bit uint32) {
	cur, key = cur[:len(masks)], key[:len(masks)]
	for i := range masks {
		if cur[i] != key[i] {
			masks[i] |= bit
		}
	}
}

func appendRow(dst []byte, gap, row int, mask uint32, c, k *telemetry.ChannelColumns) []byte {
	var vals [telemetry.LatencyBuckets]uint64
	n, all := 0, uint64(0)
	for m := mask; m != 0; m &= m - 1 {
		b := bits.TrailingZeros32(m)
		v := c.Latency[b][row] - k.Latency[b][row]
		vals[n], all = v, all|v
		n++
	}
	first := bits.TrailingZeros32(mask)
	shift := min(bits.TrailingZeros64(all), rowMaxShift)
	const most = binary.MaxVarintLen64 * (telemetry.LatencyBuckets + 3)
	dst = slices.Grow(dst, most)
	b := dst[len(dst):cap(dst)]
	at := putUvarint(b, uint64(gap))
	b[at] = byte(first | shift<<rowFirstBits)
	at++
	at += putUvarint(b[at:], uint64(mask>>first))
	for _, v := range vals[:n] {
		at += putUvarint(b[at:], v>>shift)
	}
	return dst[:len(dst)+at]
}
