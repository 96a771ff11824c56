package wire

import (
	"encoding/binary"
	"slices"
)

// colGap is the room for the byte length of a column while it is written.
const colGap = 5

// column appends the values as a column in the shorter of the two forms, or
// nothing when all of them are zero.
func (e *Encoder) column(dst []byte, id int, vals []uint64) []byte {
	used := 0
	for _, v := range vals {
		if v != 0 {
			used++
		}
	}
	if used == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(id))
	start := len(dst)
	dst = append(dst, make([]byte, colGap)...)
	// The sparse form costs a gap, nearly always one byte, for each value that
	// it has; the dense form costs a byte for each value that it has not.
	if used < len(vals)-used {
		dst = appendSparse(append(dst, formSparse), vals, used)
	} else {
		dst = appendDense(append(dst, formDense), vals)
	}
	return closeGap(dst, start, colGap)
}

func appendDense(dst []byte, vals []uint64) []byte {
	dst = slices.Grow(dst, binary.MaxVarintLen64*len(vals))
	b := dst[len(dst):cap(dst)]
	n := 0
	for _, v := range vals {
		n += putUvarint(b[n:], v)
	}
	return dst[:len(dst)+n]
}

func appendSparse(dst []byte, vals []uint64, used int) []byte {
	dst = slices.Grow(dst, 2*binary.MaxVarintLen64*used)
	b := dst[len(dst):cap(dst)]
	n, next := 0, 0
	for i, v := range vals {
		if v == 0 {
			continue
		}
		n += putUvarint(b[n:], uint64(i-next))
		n += putUvarint(b[n:], v)
		next = i + 1
	}
	return dst[:len(dst)+n]
}

// putUvarint is binary.PutUvarint with the short lengths unrolled, which are
// nearly all there are.
func putUvarint(b []byte, v uint64) int {
	switch {
	case v < 1<<7:
		b[0] = byte(v)
		return 1
	case v < 1<<14:
		_ = b[1]
		b[0], b[1] = byte(v)|0x80, byte(v>>7)
		return 2
	case v < 1<<21:
		_ = b[2]
		b[0], b[1], b[2] = byte(v)|0x80, byte(v>>7)|0x80, byte(v>>14)
		return 3
	}
	return binary.PutUvarint(b, v)
}
