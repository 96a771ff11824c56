package statefile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"time"
)

// MaxPayload is the largest payload that is saved or loaded, in bytes.
const MaxPayload = 1 << 30

const (
	magic      = "\x89steady\n"
	version    = 1
	headerSize = 40
	sumSize    = 4
	maxLabel   = 1 << 12 // of the name and of the type
)

// Encoding says how the payload was made.
type Encoding uint16

// The encodings.
const (
	JSON   Encoding = 1
	Binary Encoding = 2 // MarshalBinary of the type
)

// String puts the encoding into words.
func (e Encoding) String() string {
	switch e {
	case JSON:
		return "JSON"
	case Binary:
		return "the type's own MarshalBinary"
	default:
		return fmt.Sprintf("encoding %d", uint16(e))
	}
}

// Record is one generation.
type Record struct {
	Encoding   Encoding
	Generation uint64
	Saved      time.Time
	Name, Type string
	Payload    []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// write writes the file of r to w.
func (r *Record) write(w io.Writer) error {
	head := make([]byte, headerSize, headerSize+len(r.Name)+len(r.Type))
	copy(head, magic)
	le := binary.LittleEndian
	le.PutUint16(head[8:], version)
	le.PutUint16(head[10:], uint16(r.Encoding))
	le.PutUint16(head[12:], uint16(len(r.Name)))
	le.PutUint16(head[14:], uint16(len(r.Type)))
	le.PutUint64(head[16:], r.Generation)
	le.PutUint64(head[24:], uint64(r.Saved.UnixNano()))
	le.PutUint64(head[32:], uint64(len(r.Payload)))
	head = append(append(head, r.Name...), r.Type...)
	sum := crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, r.Payload)
	for _, part := range [][]byte{head, r.Payload, le.AppendUint32(nil, sum)} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// damaged says what is wrong with content.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// Read reads a generation from a file of the given size. It asks for no more
// memory than the file is long. Errors about the content are ErrDamaged.
func Read(r io.Reader, size int64) (*Record, error) {
	if size == 0 {
		return nil, damaged("it is empty")
	}
	if size < headerSize {
		return nil, damaged("it has %d bytes, fewer than a header", size)
	}
	if size > headerSize+2*maxLabel+MaxPayload+sumSize {
		return nil, damaged("it has %d bytes, more than any state file", size)
	}
	var head [headerSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	if string(head[:8]) != magic {
		return nil, damaged("it does not begin like a state file")
	}
	if v := le.Uint16(head[8:]); v != version {
		return nil, damaged("version %d is not known, or a newer program wrote it", v)
	}
	names, types := int64(le.Uint16(head[12:])), int64(le.Uint16(head[14:]))
	payload := le.Uint64(head[32:])
	if names > maxLabel || types > maxLabel || payload > MaxPayload {
		return nil, damaged("its header announces lengths of %d, %d and %d", names, types, payload)
	}
	if want := headerSize + names + types + int64(payload) + sumSize; size != want {
		return nil, damaged("it has %d bytes, its header announces %d", size, want)
	}
	rest := make([]byte, size-headerSize)
	if _, err := io.ReadFull(r, rest); err != nil {
		return nil, err
	}
	body := rest[:len(rest)-sumSize]
	sum := crc32.Update(crc32.Checksum(head[:], castagnoli), castagnoli, body)
	if saved := le.Uint32(rest[len(body):]); saved != sum {
		return nil, damaged("its checksum is %08x, its content has %08x", saved, sum)
	}
	return &Record{
		Encoding:   Encoding(le.Uint16(head[10:])),
		Generation: le.Uint64(head[16:]),
		Saved:      time.Unix(0, int64(le.Uint64(head[24:]))),
		Name:       string(body[:names]),
		Type:       string(body[names : names+types]),
		Payload:    body[names+types:],
	}, nil
}
