package codec

import (
	"errors"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

type (
	plain struct {
		ID    int64 `json:"id"`
		Names []string
		By    map[netip.Addr]*plain `json:",omitempty"`
		At    time.Time
		Big   *big.Int
		Mu    *sync.Mutex `json:"-"`
		left  int         `json:"-"`
		_     int
		embedded
	}
	embedded struct{ Deep [2]float64 }

	hidden  struct{ n int }
	half    struct{ N int }
	stamped struct { // its methods are those of time.Time
		time.Time
		N int
	}
	ownStamped struct {
		time.Time
		N int
	}
	generic[T any] struct {
		time.Time
		V T
	}
	twice struct {
		A int `json:"Deep"`
		embedded
	}
	below struct {
		embedded
		Deep int
	}
	pointed struct{ *embedded }
	tree    struct{ Left, Right *tree }
	moody   struct{ N int }
)

func (half) MarshalJSON() ([]byte, error) { return []byte("1"), nil }

func (o ownStamped) MarshalBinary() ([]byte, error) {
	return []byte{byte(o.N)}, nil
}

func (o *ownStamped) UnmarshalBinary(b []byte) error {
	if len(b) != 1 {
		return errors.New("want one byte")
	}
	o.N = int(b[0])
	return nil
}

func (m *moody) MarshalBinary() ([]byte, error) { panic("not today") }

func (m *moody) UnmarshalBinary([]byte) error { panic("not today") }

// trip saves and loads a value.
func trip[T any](t *testing.T, v T, encoding statefile.Encoding) {
	t.Helper()
	c, err := New[T]()
	if err != nil {
		t.Errorf("%T: %v", v, err)
		return
	}
	b, err := c.Encode(v)
	if err != nil {
		t.Errorf("%#v: encode: %v", v, err)
		return
	}
	got, warning, err := c.Decode(b)
	if err != nil || warning != "" || !reflect.DeepEqual(got, v) || c.Encoding != encoding {
		t.Errorf("%#v became %#v by %v: %s %v", v, got, c.Encoding, warning, err)
	}
}

func TestWhatIsSavedComesBack(t *testing.T) {
	trip(t, 42, statefile.JSON)
	trip(t, int64(math.MaxInt64), statefile.JSON)
	trip(t, math.Copysign(0, -1), statefile.JSON)
	trip(t, "\x00<a> \\ufffd \ufffd", statefile.JSON)
	trip(t, []byte{0xff, 0}, statefile.JSON)
	trip(t, map[int][]bool{1: {true}, 2: nil}, statefile.JSON)
	trip(t, struct{}{}, statefile.JSON)
	trip(t, (*int)(nil), statefile.JSON)
	trip(t, tree{Left: &tree{}}, statefile.JSON)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	trip(t, at, statefile.Binary)
	trip(t, netip.MustParseAddrPort("[::1]:80"), statefile.Binary)
	trip(t, ownStamped{N: 7}, statefile.Binary)
	u, err := url.Parse("http://u:p@h/x?y#z")
	if err != nil {
		t.Fatal(err)
	}
	trip(t, u, statefile.Binary)
	trip(t, &plain{
		ID: 1 << 60, Names: []string{"é"}, Big: big.NewInt(5), At: at, embedded: embedded{Deep: [2]float64{.1, 1e300}},
		By: map[netip.Addr]*plain{netip.IPv4Unspecified(): {ID: 2}},
	}, statefile.JSON)
}

// refused returns why a T can not be saved.
func refused[T any]() string {
	if _, err := New[T](); err != nil {
		return err.Error()
	}
	return ""
}

func TestTypesThatWouldNotComeBackWhole(t *testing.T) {
	_, _ = hidden{}.n, plain{}.left
	for _, c := range []struct{ got, want string }{
		{refused[hidden](), "codec.hidden.n: the field is not exported"},
		{refused[map[string][]*hidden](), "map[string][]*codec.hidden[][].n: the field"},
		{refused[sync.Mutex](), "the field is not exported"},
		{refused[chan int](), "a chan int can not be saved"},
		{refused[struct{ F func() }](), ".F: a func() can not be saved"},
		{refused[[]complex64](), "a complex64 can not"},
		{refused[map[string]any](), "is an interface"},
		{refused[error](), "is an interface"},
		{refused[map[float64]int](), "a key of type float64 can not"},
		{refused[half](), "has MarshalJSON, but no UnmarshalJSON"},
		{refused[map[string]big.Int](), "needs a pointer, so it is not called"},
		{refused[stamped](), "is that of its embedded Time, so the other fields"},
		{refused[[]stamped](), "MarshalJSON of codec.stamped is that of its embedded Time"},
		{refused[generic[int]](), "is that of its embedded Time"},
		{refused[twice](), "twice.embedded.Deep: it has the same name in JSON as codec.twice.A"},
		{refused[below](), "has the same name in JSON as codec.below.embedded.Deep"},
		{refused[pointed](), "pointed.embedded: the field is not exported"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%q, want it to say %q", c.got, c.want)
		}
	}
}

// unsaved returns why a value can not be saved, although its type could.
func unsaved[T any](v T) string {
	c, err := New[T]()
	if err != nil {
		return err.Error()
	}
	if _, err = c.Encode(v); err != nil {
		return err.Error()
	}
	return ""
}

func TestValuesThatWouldNotComeBackWhole(t *testing.T) {
	ring := &tree{}
	ring.Left = ring
	deep := &tree{}
	for range 20_000 {
		deep = &tree{Left: deep}
	}
	for _, c := range []struct{ got, want string }{
		{unsaved(math.NaN()), "unsupported value: NaN"},
		{unsaved([]float64{math.Inf(1)}), "unsupported value: +Inf"},
		{unsaved(ring), "cycle"},
		{unsaved("a\xffb"), "not valid UTF-8"},
		{unsaved(map[string]int{"\\\xff": 1}), "not valid UTF-8"},
		{unsaved(deep), "nested too deeply"},
		{unsaved(moody{}), "panic: not today"},
		{unsaved((*url.URL)(nil)), "a nil *url.URL can not be saved"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%q, want it to say %q", c.got, c.want)
		}
	}
}

func TestTypesThatChanged(t *testing.T) {
	type v1 struct{ A, B int }
	type v2 struct{ A int }
	old, err := New[v1]()
	if err != nil {
		t.Fatal(err)
	}
	b, err := old.Encode(v1{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	c, err := New[v2]()
	if err != nil {
		t.Fatal(err)
	}
	if v, warning, err := c.Decode(b); v.A != 1 || err != nil || !strings.Contains(warning, `unknown field "B"`) {
		t.Errorf("a field less: %v, %q, %v", v, warning, err)
	}
	if _, _, err := (&Codec[[]int]{Encoding: statefile.JSON}).Decode(b); err == nil {
		t.Error("an object was loaded as a list")
	}
	if _, _, err := (&Codec[moody]{Encoding: statefile.Binary}).Decode(b); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("a panic became %v", err)
	}
}
