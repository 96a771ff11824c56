package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReader(t *testing.T) {
	var stream []byte
	bodies := []string{"", "a", strings.Repeat("b", 127), strings.Repeat("c", 1<<16), strings.Repeat("d", 3*step)}
	for i, b := range bodies {
		stream = AppendRecord(stream, Kind(i+1), []byte(b))
	}
	for name, r := range map[string]io.Reader{
		"whole":   bytes.NewReader(stream),
		"halves":  iotest.HalfReader(bytes.NewReader(stream)),
		"by byte": iotest.OneByteReader(bytes.NewReader(stream)),
	} {
		rr := NewReader(r, Limits{})
		for i, b := range bodies {
			kind, p, err := rr.Next()
			if err != nil || kind != Kind(i+1) || string(p) != b {
				t.Fatalf("%s: record %d: %s, %d bytes, %v", name, i, kind, len(p), err)
			}
		}
		if _, _, err := rr.Next(); err != io.EOF {
			t.Errorf("%s: at the end: %v", name, err)
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	var limit *LimitError
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"length 0":         {[]byte{0}, ErrMalformed},
		"endless length":   {bytes.Repeat([]byte{0x80}, 20), ErrMalformed},
		"no kind":          {[]byte{1}, io.ErrUnexpectedEOF},
		"half a length":    {[]byte{0x80}, io.ErrUnexpectedEOF},
		"half a payload":   {[]byte{5, 2, 'x'}, io.ErrUnexpectedEOF},
		"huge and missing": {[]byte{0xff, 0xff, 0xff, 0x07, 2}, io.ErrUnexpectedEOF}, // just under 16 MiB
	} {
		if _, _, err := NewReader(bytes.NewReader(c.in), Limits{}).Next(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	_, _, err := NewReader(bytes.NewReader([]byte{0xff, 0xff, 0xff, 0xff, 0x7f}), Limits{}).Next()
	if !errors.As(err, &limit) || limit.Max != 16<<20 || limit.Got != 1<<35-1 {
		t.Errorf("above the limit: %v", err)
	}
	_, _, err = NewReader(bytes.NewReader(AppendRecord(nil, 1, make([]byte, 100))), Limits{Record: 100}).Next()
	if !errors.As(err, &limit) || limit.Got != 101 {
		t.Errorf("above a limit of our own: %v", err)
	}
	boom := errors.New("boom")
	if _, _, err := NewReader(iotest.ErrReader(boom), Limits{}).Next(); err != boom {
		t.Errorf("a broken link: %v", err)
	}
}

// TestReaderDoesNotTrustTheLength: a length alone must not allocate.
func TestReaderDoesNotTrustTheLength(t *testing.T) {
	claim := []byte{0xff, 0xff, 0xff, 0x07, 2}
	r := NewReader(bytes.NewReader(claim), Limits{})
	if _, _, err := r.Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	if cap(r.buf) > 2*step {
		t.Errorf("allocated %d bytes for a record that never came", cap(r.buf))
	}
}
