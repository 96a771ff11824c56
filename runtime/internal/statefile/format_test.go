package statefile

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample(payload []byte) *Record {
	return &Record{
		Encoding: JSON, Generation: 7, Saved: time.Unix(1_700_000_000, 5),
		Name: "seen", Type: "int", Payload: payload,
	}
}

func fileOf(t testing.TB, r *Record) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(b []byte) (*Record, error) { return Read(bytes.NewReader(b), int64(len(b))) }

// The bytes of the format are a promise: this file was written once and has to
// be read for ever.
func TestTheFormatStaysWhatItIs(t *testing.T) {
	want := sample([]byte("42"))
	const golden = "897374656164790a" + "0100" + "0100" + "0400" + "0300" +
		"0700000000000000" + "05002a36fe9c9717" + "0200000000000000" +
		"7365656e" + "696e74" + "3432" + "13a7a4f1"
	if got := hex.EncodeToString(fileOf(t, want)); got != golden {
		t.Errorf("wrote\n%s, want\n%s", got, golden)
	}
	b, err := hex.DecodeString(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(b); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestEveryLengthAndEveryBitMatters(t *testing.T) {
	payload := make([]byte, 4<<10)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range payload {
		payload[i] = byte(r.Uint32())
	}
	b := fileOf(t, sample(payload))
	for n := range b {
		if _, err := read(b[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
	if _, err := read(append(b[:len(b):len(b)], 0)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a byte too many: %v", err)
	}
	for bit := range 8 * len(b) {
		b[bit/8] ^= 1 << (bit % 8)
		if _, err := read(b); !errors.Is(err, ErrDamaged) {
			t.Fatalf("bit %d flipped: %v", bit, err)
		}
		b[bit/8] ^= 1 << (bit % 8)
	}
	t.Logf("%d lengths and %d flipped bits detected", len(b)+1, 8*len(b))
}

// seal makes the checksum fit whatever was changed.
func seal(b []byte) []byte {
	body := b[:len(b)-sumSize]
	return binary.LittleEndian.AppendUint32(body[:len(body):len(body)], crc32.Checksum(body, castagnoli))
}

func TestHeadersThatCannotBe(t *testing.T) {
	for what, change := range map[string]func([]byte){
		"version 2 is not known":  func(b []byte) { b[8] = 2 },
		"does not begin like":     func(b []byte) { b[0] = 's' },
		"lengths of 4, 65535 and": func(b []byte) { b[14], b[15] = 255, 255 },
		"its header announces":    func(b []byte) { b[39] = 255 },
	} {
		b := fileOf(t, sample([]byte("42")))
		change(b)
		if _, err := read(seal(b)); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), what) {
			t.Errorf("%v, want it to say %q", err, what)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(fileOf(f, sample([]byte(`{"a":1}`))))
	f.Add(fileOf(f, &Record{}))
	f.Add([]byte(magic))
	f.Add(make([]byte, headerSize+sumSize))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := read(b)
		if err == nil && !bytes.Equal(fileOf(t, r), b) {
			t.Errorf("read %+v, which is written differently", r)
		}
		if _, err := read(seal(append([]byte(magic+"\x01\x00"), b...))); err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}
