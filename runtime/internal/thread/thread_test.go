package thread

import "testing"

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
	}
}
