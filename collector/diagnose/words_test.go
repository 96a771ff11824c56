package diagnose

import "testing"

func TestRate(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0/s", 0.5: "0.5/s", 3: "3/s", 9.9: "9.9/s", 12.4: "12/s", 999: "999/s", 999.6: "1.0k/s",
		1400: "1.4k/s", 12345: "12.3k/s", 123456: "123k/s", 2e6: "2M/s", 3.5e9: "3.5G/s", 7e14: "700T/s",
	} {
		if got := rate(v); got != want {
			t.Errorf("rate(%v) is %q, want %q", v, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for v, want := range map[float64]string{0.25: "0.2 s", 0.94: "0.9 s", 1: "1 s", 41.4: "41 s", 119: "119 s", 180: "3 min", 9000: "2 h"} {
		if got := seconds(v); got != want {
			t.Errorf("seconds(%v) is %q, want %q", v, got, want)
		}
	}
}

func TestList(t *testing.T) {
	for want, names := range map[string][]string{
		"a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}, "a, b, c and 2 more": {"a", "b", "c", "d", "e"},
	} {
		if got := list(names); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
