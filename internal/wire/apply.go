package wire

import (
	"encoding/binary"
	"math/bits"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// cursor walks over the values of a column of either form. It is kept small,
// so that the loops of the apply functions stay in registers.
type cursor struct {
	p      []byte
	row    int
	rows   int
	sparse bool
}

func newCursor(p []byte, rows int) (cursor, error) {
	if len(p) == 0 || p[0] > formSparse {
		return cursor{}, malformed("form of a column")
	}
	return cursor{p: p[1:], rows: rows, row: -1, sparse: p[0] == formSparse}, nil
}

// next moves to the next value and returns its row, or a negative row at the
// end: done when the column ended where it should, bad when it did not.
func (c *cursor) next() (row int, v uint64) {
	if c.sparse {
		return c.nextSparse()
	}
	c.row++
	if c.row == c.rows {
		return c.end()
	}
	v, n := uvarint(c.p)
	if n <= 0 {
		return bad, 0
	}
	c.p = c.p[n:]
	return c.row, v
}

func (c *cursor) nextSparse() (row int, v uint64) {
	if len(c.p) == 0 {
		return done, 0
	}
	gap, n := uvarint(c.p)
	if n <= 0 || gap >= uint64(c.rows-c.row-1) {
		return bad, 0
	}
	c.row += int(gap) + 1
	c.p = c.p[n:]
	if v, n = uvarint(c.p); n <= 0 {
		return bad, 0
	}
	c.p = c.p[n:]
	return c.row, v
}

func (c *cursor) end() (row int, v uint64) {
	if len(c.p) > 0 {
		return bad, 0
	}
	return done, 0
}

// What next returns in place of a row.
const (
	done = -1
	bad  = -2
)

// ended turns the last result of next into an error.
func ended(row int) error {
	if row == bad {
		return malformed("values do not fit the rows")
	}
	return nil
}

// uvarint is binary.Uvarint without a branch on the length for what fits four
// bytes and has four bytes to be read from.
func uvarint(p []byte) (uint64, int) {
	if len(p) >= 4 {
		x := binary.LittleEndian.Uint32(p)
		if ends := ^x & 0x80808080; ends != 0 {
			at := bits.TrailingZeros32(ends) // the top bit of the last byte
			x &= 1<<at - 1
			return uint64(x&0x7f | x>>1&0x3f80 | x>>2&0x1fc000 | x>>3&0xfe00000), at/8 + 1
		}
	}
	return binary.Uvarint(p)
}

func applyCounts(p []byte, col []uint64) error {
	c, err := newCursor(p, len(col))
	if err != nil {
		return err
	}
	row, v := c.next()
	for ; row >= 0; row, v = c.next() {
		col[row] += v
	}
	return ended(row)
}

// applyLength takes the change of Sent - Taken off a column that holds Taken.
func applyLength(p []byte, taken []uint64) error {
	c, err := newCursor(p, len(taken))
	if err != nil {
		return err
	}
	row, v := c.next()
	for ; row >= 0; row, v = c.next() {
		taken[row] -= unzigzag(v)
	}
	return ended(row)
}

func applyTimes(p []byte, col []time.Duration) error {
	c, err := newCursor(p, len(col))
	if err != nil {
		return err
	}
	row, v := c.next()
	for ; row >= 0; row, v = c.next() {
		units := uint64(col[row])/uint64(TimeUnit) + v
		if units > maxUnits {
			return malformed("time out of range")
		}
		col[row] = time.Duration(units * uint64(TimeUnit))
	}
	return ended(row)
}

// maxUnits keeps a time within what a Duration holds.
const maxUnits = uint64(1<<63-1) / uint64(TimeUnit)

func applySince(p []byte, col []time.Duration, mono time.Duration) error {
	c, err := newCursor(p, len(col))
	if err != nil {
		return err
	}
	now := uint64(mono) / uint64(SinceUnit)
	row, v := c.next()
	for ; row >= 0; row, v = c.next() {
		if v == 0 {
			continue
		}
		if v-1 > now {
			return malformed("a state older than the service")
		}
		col[row] = time.Duration(now-(v-1)) * SinceUnit
	}
	return ended(row)
}

func applyBody(p []byte, col []time.Duration) error {
	c, err := newCursor(p, len(col))
	if err != nil {
		return err
	}
	row, v := c.next()
	for ; row >= 0; row, v = c.next() {
		units := uint64(col[row])/uint64(SinceUnit) + unzigzag(v)
		if units > uint64(1<<63-1)/uint64(SinceUnit) {
			return malformed("time out of range")
		}
		col[row] = time.Duration(units) * SinceUnit
	}
	return ended(row)
}

func applyBytes[T ~uint8](p []byte, col []T, limit int) error {
	c, err := newCursor(p, len(col))
	if err != nil {
		return err
	}
	row, v := c.next()
	for ; row >= 0; row, v = c.next() {
		v ^= uint64(col[row])
		if v >= uint64(limit) {
			return malformed("value %d is not below %d", v, limit)
		}
		col[row] = T(v)
	}
	return ended(row)
}

func applyBools(p []byte, col []bool) error {
	c, err := newCursor(p, len(col))
	if err != nil {
		return err
	}
	row, v := c.next()
	for ; row >= 0; row, v = c.next() {
		if v > 1 {
			return malformed("value %d is not below 2", v)
		}
		col[row] = col[row] != (v == 1)
	}
	return ended(row)
}

// applyRows adds the rows of the column of histograms.
func applyRows(p []byte, latency *[telemetry.LatencyBuckets][]uint64, rows int) error {
	if len(p) == 0 || p[0] != formRows {
		return malformed("form of a column")
	}
	p = p[1:]
	for row := -1; len(p) > 0; {
		gap, n := uvarint(p)
		if n <= 0 || gap >= uint64(rows-row-1) || n == len(p) {
			return malformed("row of a histogram")
		}
		row += int(gap) + 1
		first, shift := uint(p[n]&rowFirstMask), uint(p[n]>>rowFirstBits)
		p = p[n+1:]
		mask, n := uvarint(p)
		if n <= 0 || bits.Len64(mask) > telemetry.LatencyBuckets-int(first) {
			return malformed("buckets of a histogram")
		}
		p = p[n:]
		for m := mask << first; m != 0; m &= m - 1 {
			v, n := uvarint(p)
			if n <= 0 {
				return malformed("histogram is cut short")
			}
			latency[bits.TrailingZeros64(m)][row] += v << shift
			p = p[n:]
		}
	}
	return nil
}
