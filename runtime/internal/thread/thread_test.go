package thread

import (
	"slices"
	"testing"
)

func TestList(t *testing.T) {
	for _, c := range []struct {
		cores []int
		want  string
	}{
		{nil, ""},
		{[]int{3}, "3"},
		{[]int{0, 1}, "0-1"},
		{[]int{0, 1, 2, 3, 6}, "0-3,6"},
		{[]int{1, 3, 5, 6}, "1,3,5-6"},
	} {
		if got := List(c.cores); got != c.want {
			t.Errorf("List(%v) = %q, want %q", c.cores, got, c.want)
		}
		if got := parse(c.want + "\n"); !slices.Equal(got, c.cores) {
			t.Errorf("parse(%q) = %v, want %v", c.want, got, c.cores)
		}
	}
}

func TestParseEndsAtWhatItDoesNotKnow(t *testing.T) {
	for list, want := range map[string][]int{"1,x,3": {1}, "2-": nil, "0-99999999": nil, "4,3-1,5": {4, 5}} {
		if got := parse(list); !slices.Equal(got, want) {
			t.Errorf("parse(%q) = %v, want %v", list, got, want)
		}
	}
}
