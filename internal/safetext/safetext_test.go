package safetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		max            int
	}{
		{"empty", "", "", 10},
		{"ascii", "lidar-1 [ok]", "lidar-1 [ok]", 256},
		{"other scripts", "Größe 測定 данные", "Größe 測定 данные", 256},
		{"emoji", "🤖 on", "🤖 on", 256},
		{"backslash stays", `a\x1b`, `a\x1b`, 256},
		{"escape sequence", "a\x1b[2Jb", `a\x1b[2Jb`, 256},
		{"clipboard", "\x1b]52;c;aGk=\a", `\x1b]52;c;aGk=\x07`, 256},
		{"line ends and tab", "a\r\n\tb\x00", `a\x0d\x0a\x09b\x00`, 256},
		{"delete", "a\x7f", `a\x7f`, 256},
		{"C1 as a character", "\u009b31m", `\u009b31m`, 256},
		{"C1 as a byte", "\x9b31m", `\x9b31m`, 256},
		{"cut UTF-8", "\xe6\xb8", `\xe6\xb8`, 256},
		{"overlong", "\xc0\x9b", `\xc0\x9b`, 256},
		{"surrogate", "\xed\xa0\x80", `\xed\xa0\x80`, 256},
		{"override", "gpj\u202eexe", `gpj\u202eexe`, 256},
		{"marks of direction", "\u200e\u200f\u061c", `\u200e\u200f\u061c`, 256},
		{"isolates", "\u2066a\u2069", `\u2066a\u2069`, 256},
		{"tags", "\U000e0041\U000e007f", `\U000e0041\U000e007f`, 256},
		{"separators", "a\u2028b\u2029c", `a\u2028b\u2029c`, 256},
		{"spaces", "a\u00a0b\u3000c", `a\u00a0b\u3000c`, 256},
		{"no width", "a\u200b\u200d\u2060\ufeff\u00ad", `a\u200b\u200d\u2060\ufeff\u00ad`, 256},
		{"fillers", "\u3164\u115f\uffa0", `\u3164\u115f\uffa0`, 256},
		{"private use", "\ue0b0", `\ue0b0`, 256},
		{"accent", "e\u0301", "e\u0301", 256},
		{"accent with nothing in front", "\u0301a", `\u0301a`, 256},
		{"zalgo", "z" + strings.Repeat("\u0335", 9) + "a", "z" + strings.Repeat("\u0335", 4) + "a", 256},
		{"marks on an escape", "\x1b" + strings.Repeat("\u0335", 9), `\x1b` + strings.Repeat("\u0335", 4), 256},
		{"exactly full", "abcdef", "abcdef", 6},
		{"shortened", "abcdefg", "abc…", 6},
		{"shortened on a character", "測定測定", "測…", 8},
		{"shortened on an escape", "ab\x1b\x1b", "ab…", 6},
		{"no room for the sign", "abc", "ab", 2},
		{"no room", "abc", "", 0},
		{"negative", "abc", "", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Clean(c.in, c.max); got != c.want {
				t.Errorf("Clean(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
			}
			check(t, c.in, c.max)
		})
	}
}

func TestCleanLongText(t *testing.T) {
	in := strings.Repeat("\x1b[31m測", 2000)
	if got := Clean(in, 256); len(got) > 256 || !strings.HasSuffix(got, "…") {
		t.Errorf("got %d bytes, %q", len(got), got)
	}
}

func TestCleanAllocatesNothingForCleanText(t *testing.T) {
	for _, s := range []string{"camera", "Größe 測定 e\u0301"} {
		if n := testing.AllocsPerRun(100, func() { Clean(s, 256) }); n != 0 {
			t.Errorf("Clean(%q) allocates %v times", s, n)
		}
	}
}

// check asserts what holds for every input.
func check(t *testing.T, in string, limit int) {
	t.Helper()
	out := Clean(in, limit)
	if len(out) > max(limit, 0) {
		t.Fatalf("Clean(%q, %d) = %q: %d bytes", in, limit, out, len(out))
	}
	if !utf8.ValidString(out) {
		t.Fatalf("Clean(%q, %d) = %q: not UTF-8", in, limit, out)
	}
	marks := 0
	for i, r := range out {
		if !unicode.IsPrint(r) {
			t.Fatalf("Clean(%q, %d) = %q: %U at %d is not printable", in, limit, out, r, i)
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
			continue
		}
		if marks++; marks > MaxMarks || i == 0 {
			t.Fatalf("Clean(%q, %d) = %q: mark %d at %d", in, limit, out, marks, i)
		}
	}
	if again := Clean(out, limit); again != out {
		t.Fatalf("Clean is not idempotent: %q, then %q", out, again)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"camera", "a\x1b[2Jb", "\u202eabc", "\xff\xfe\u009b", "z\u0335\u0335\u0335\u0335\u0335\u0335",
		"\u0301", "測定測定測定", "\U000e0041", "\x1b]8;;http://x\x1b\\y", "e\u200d\u0301",
	} {
		f.Add(s, 256)
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) { check(t, s, limit%4096) })
}

func BenchmarkClean(b *testing.B) {
	for _, c := range []struct{ name, s string }{{"clean", "detector-17"}, {"hostile", "detector\x1b[31m\u202e17"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Clean(c.s, 256)
			}
		})
	}
}
