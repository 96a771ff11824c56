package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// maxPrefix is the most bytes that the length of a record takes here; a longer
// one is far above every limit.
const maxPrefix = 5

// AppendRecord appends a record of the given kind to dst.
func AppendRecord(dst []byte, kind Kind, payload []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(payload)+1))
	dst = append(dst, byte(kind))
	return append(dst, payload...)
}

// beginRecord reserves room for the length and writes the kind; endRecord puts
// the length in front once it is known.
func beginRecord(dst []byte, kind Kind) ([]byte, int) {
	start := len(dst)
	dst = append(dst, make([]byte, maxPrefix)...)
	return append(dst, byte(kind)), start
}

func endRecord(dst []byte, start int) []byte {
	return closeGap(dst, start, maxPrefix)
}

// closeGap writes the length of what follows the gap of n bytes at start into
// the gap, as a uvarint of minimal length, and removes what is left of it.
func closeGap(dst []byte, start, n int) []byte {
	var prefix [binary.MaxVarintLen64]byte
	size := len(dst) - start - n
	p := binary.PutUvarint(prefix[:], uint64(size))
	copy(dst[start:], prefix[:p])
	copy(dst[start+p:], dst[start+n:])
	return dst[:start+p+size]
}

// Reader cuts a stream of bytes into records. It is not safe for concurrent use.
type Reader struct {
	r      *bufio.Reader
	limits Limits
	buf    []byte
}

// NewReader returns a Reader of r that refuses records above limits.Record.
func NewReader(r io.Reader, limits Limits) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 32<<10), limits: limits.orDefault()}
}

// step bounds how much Next allocates ahead of the bytes that really arrive.
const step = 256 << 10

// Next returns the next record. It blocks in Read of the underlying reader. The
// payload is valid until the next call. At the end of the stream the error is
// io.EOF, in the middle of a record io.ErrUnexpectedEOF, and above the limit a
// *LimitError, after which the Reader can not go on.
func (r *Reader) Next() (Kind, []byte, error) {
	size, err := r.length()
	if err != nil {
		return 0, nil, err
	}
	kind, err := r.r.ReadByte()
	if err != nil {
		return 0, nil, unexpected(err)
	}
	size--
	r.buf = r.buf[:0]
	for len(r.buf) < size {
		n := min(size-len(r.buf), step)
		r.buf = slices.Grow(r.buf, n)
		part := r.buf[len(r.buf) : len(r.buf)+n]
		if _, err := io.ReadFull(r.r, part); err != nil {
			return 0, nil, unexpected(err)
		}
		r.buf = r.buf[:len(r.buf)+n]
	}
	return Kind(kind), r.buf, nil
}

// length reads the length of a record: at least 1, at most the limit.
func (r *Reader) length() (int, error) {
	var v uint64
	for i := range maxPrefix {
		b, err := r.r.ReadByte()
		if err != nil {
			if i > 0 {
				err = unexpected(err)
			}
			return 0, err
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			switch {
			case v == 0:
				return 0, malformed("record of length 0")
			case v > uint64(r.limits.Record):
				return 0, &LimitError{What: "record bytes", Got: v, Max: uint64(r.limits.Record)}
			}
			return int(v), nil
		}
	}
	return 0, malformed("length of a record takes more than %d bytes", maxPrefix)
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
