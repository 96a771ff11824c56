package units

import (
	"math"
	"testing"
)

func check(t *testing.T, f func(float64) string, want map[float64]string) {
	t.Helper()
	for v, w := range want {
		if got := f(v); got != w {
			t.Errorf("%v is written %q, want %q", v, got, w)
		}
	}
	if got := f(math.NaN()); got != Unknown {
		t.Errorf("what is not known is written %q", got)
	}
}

func TestCount(t *testing.T) {
	check(t, Count, map[float64]string{
		-1: "0", 0: "0", 0.5: "0.5", 3: "3", 9.9: "9.9", 12.4: "12", 999: "999", 999.6: "1.0k", 1400: "1.4k",
		12345: "12.3k", 99960: "100k", 123456: "123k", 2e6: "2M", 3.5e9: "3.5G", 7e14: "700T", 999.6e3: "1.0M",
	})
	check(t, Rate, map[float64]string{1400: "1.4k/s"})
}

func TestPercent(t *testing.T) {
	check(t, Percent, map[float64]string{0: "0%", 0.004: "0%", 0.174: "17%", 1: "100%", 1.2: "100%", -1: "0%"})
}

func TestSeconds(t *testing.T) {
	check(t, Seconds, map[float64]string{
		-1: "0 s", 0: "0 s", 1e-9: "1 µs", 12e-6: "12 µs", 0.9996e-3: "1 ms", 0.003: "3 ms", 0.25: "250 ms",
		0.9996: "1 s", 1: "1 s", 1.5: "1.5 s", 41.4: "41 s", 119: "119 s", 180: "3 min",
		3 * 3600: "3h00m", 11040: "3h04m", 5*86400 + 7300: "5d02h",
	})
}

func TestBytes(t *testing.T) {
	check(t, Bytes, map[float64]string{0: "0 B", 512: "512 B", 2048: "2.0 KB", 12.34 * (1 << 20): "12 MB", 1 << 30: "1.0 GB", 1 << 42: "4.0 TB"})
}
