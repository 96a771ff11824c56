package screen

import (
	"strings"
	"testing"
)

func TestTextCutsAndReplaces(t *testing.T) {
	for _, tt := range []struct {
		in   string
		w    int
		want string
		used int
	}{
		{"hello", 5, "hello", 5},
		{"hello!", 5, "hell…", 5},
		{"", 3, "", 0},
		{"x", 0, "", 0},
		{"yz", 1, "…", 1},
		{"控制台", 6, "控制台", 6},
		{"控制台", 5, "控制…", 5},
		{"控制台", 4, "控…", 3},
		{"控", 1, "…", 1},
		{"motör", 5, "motör", 5},
		{"e\u0301tat", 4, "e\u0301tat", 4},
		{"\u0301x", 4, "\ufffdx", 2},
		{"a\x1b[31mb", 9, "a\ufffd[31mb", 7},
		{"a\u009b31mb", 9, "a\ufffd31mb", 6},
		{"a\r\nb", 9, "a\ufffdb", 3},
		{"a\xffb", 9, "a\ufffdb", 3},
		{"a\u202eb", 9, "a\ufffdb", 3},
		{"a\u200bb", 9, "a\ufffdb", 3},
		{"👩‍👩‍👧‍👦!", 9, "👩‍👩‍👧‍👦!", 3},
		{"▕█▌ ▏▶ ok", 20, "▕█▌ ▏▶ ok", 9},
		{"─\u0301─", 9, "─\u0301─", 2},
	} {
		c := NewCanvas(20, 1)
		if got := c.Text(0, 0, tt.w, tt.in, Style{}); got != tt.used {
			t.Errorf("Text(%q, %d) used %d cells, want %d", tt.in, tt.w, got, tt.used)
		}
		if got := strings.TrimSuffix(c.String(), "\n"); got != tt.want {
			t.Errorf("Text(%q, %d) drew %q, want %q", tt.in, tt.w, got, tt.want)
		}
		if w := StringWidth(tt.in); w <= tt.w && w != tt.used || w > len(tt.in) {
			t.Errorf("StringWidth(%q) = %d, but Text used %d", tt.in, w, tt.used)
		}
	}
}
