package wire

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// colGap is the room for the byte length of a column while it is written.
const colGap = 5

// column appends the values as a column in the shorter of the two forms, or
// nothing when all of them are zero.
func (e *Encoder) column(dst []byte, id int, vals []uint64) []byte {
	used := 0
	for _, v := range vals {
		used += int((v | -v) >> 63) // 1 unless v is 0
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

// putUvarint is binary.PutUvarint without a branch on the length, which no
// processor can guess, for what fits four bytes; nearly all values do. It needs
// room for four bytes whatever the length is.
func putUvarint(b []byte, v uint64) int {
	if v >= 1<<28 {
		return binary.PutUvarint(b, v)
	}
	n := uvarintLen(v)
	spread := uint32(v&0x7f | v<<1&0x7f00 | v<<2&0x7f0000 | v<<3&0x7f000000)
	more := uint32(0x80808080) >> (40 - 8*n) // on all bytes but the last
	binary.LittleEndian.PutUint32(b, spread|more)
	return n
}

// uvarintLen returns how many bytes v takes: one for each seven bits.
func uvarintLen(v uint64) int { return (9*bits.Len64(v|1) + 64) >> 6 }
