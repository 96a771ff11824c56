package screen

import (
	"bytes"
	"strings"
	"testing"
)

func TestRepliesAreTakenOutOfTheInput(t *testing.T) {
	for name, tt := range map[string]struct {
		in   []string // pieces as read
		keys string
		want answers
	}{
		"keys only":           {[]string{"jk\x1b[A\x1bOP"}, "jk\x1b[A\x1bOP", answers{}},
		"all answers":         {[]string{"j\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[2;2R\x1b[0nk"}, "jk", answers{status: 1, column: 2, bgKnown: true}},
		"light, ended by bel": {[]string{"\x1b]11;rgb:ff/ff/ee\x07"}, "", answers{bgKnown: true, bgLight: true}},
		"wide lines":          {[]string{"\x1b[2;3R"}, "", answers{column: 3}},
		"split anywhere":      {strings.Split("a|\x1b|[|2|;|2|R|\x1b|]|1|1;rgb:0/0/0|\x1b|\\|\x1b|[0|n|b", "|"), "ab", answers{status: 1, column: 2, bgKnown: true}},
		"F3 with shift":       {[]string{"\x1b[1;2R"}, "\x1b[1;2R", answers{}},
		"second width":        {[]string{"\x1b[2;2R\x1b[2;4R"}, "\x1b[2;4R", answers{column: 2}},
		"mouse":               {[]string{"\x1b[<0;3;4M"}, "\x1b[<0;3;4M", answers{}},
		"broken colour":       {[]string{"\x1b]11;rgb:zz/0/0\x07"}, "\x1b]11;rgb:zz/0/0\x07", answers{}},
		"malfunction":         {[]string{"\x1b[3n"}, "\x1b[3n", answers{}},
	} {
		r := &replies{width: true, background: true}
		var keys []byte
		var got answers
		for _, piece := range tt.in {
			var a answers
			keys, a = r.take(keys, []byte(piece))
			got.status += a.status
			got.column = max(got.column, a.column)
			got.bgKnown, got.bgLight = got.bgKnown || a.bgKnown, got.bgLight || a.bgLight
		}
		keys = r.release(keys)
		if string(keys) != tt.keys || got != tt.want {
			t.Errorf("%s: keys %q and %+v, want %q and %+v", name, keys, got, tt.keys, tt.want)
		}
	}
}

func TestEscapeKeyIsHeldOnlyForAMoment(t *testing.T) {
	r := &replies{}
	keys, _ := r.take(nil, []byte("\x1b"))
	if len(keys) != 0 {
		t.Fatalf("an escape was passed on at once: %q", keys)
	}
	if keys = r.release(keys); string(keys) != "\x1b" {
		t.Fatalf("release gave %q", keys)
	}
}

// FuzzReplies feeds arbitrary input in two pieces: no byte that is not part of
// an answer may get lost or change its place, and nothing is held for long.
func FuzzReplies(f *testing.F) {
	for _, s := range []string{"j\x1b[0nk", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b[2;2R", "\x1b[2;0R", "\x1b[2;", "\x1b\x1b[0n", "\x1b]11;rgb:1/2/3\x1bx", "\x1b[200~y\x1b[201~"} {
		f.Add([]byte(s), len(s)/2)
	}
	f.Fuzz(func(t *testing.T, in []byte, cut int) {
		cut = max(0, min(cut, len(in)))
		r := &replies{width: true, background: true}
		keys, a := r.take(nil, bytes.Clone(in[:cut]))
		keys, b := r.take(keys, bytes.Clone(in[cut:]))
		if len(r.held) >= maxReply {
			t.Fatalf("%d bytes held", len(r.held))
		}
		keys = r.release(keys)
		if a == (answers{}) && b == (answers{}) && !bytes.Equal(keys, in) {
			t.Fatalf("no answers, but %q became %q", in, keys)
		}
		i := 0
		for _, k := range keys {
			j := bytes.IndexByte(in[i:], k)
			if j < 0 {
				t.Fatalf("%q is no part of %q", keys, in)
			}
			i += j + 1
		}
	})
}
