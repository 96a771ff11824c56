// Package units writes figures the way people read them: few digits, a unit,
// and "–" for what is not known. Texts are pure ASCII but for "–" and "µ".
package units

import (
	"fmt"
	"math"
	"strings"
)

// Unknown is written for a figure that nobody measured.
const Unknown = "–"

// Count writes a number in at most three digits, or four with a point:
// 0.5, 12, 999, 1.4k, 12.3M. NaN is Unknown; negative numbers are 0.
func Count(v float64) string {
	if math.IsNaN(v) {
		return Unknown
	}
	v = max(0, v)
	for _, unit := range []string{"", "k", "M", "G"} {
		switch {
		case v >= 999.5:
			v /= 1000
			continue
		case v >= 99.95, v == math.Trunc(v), v >= 9.95 && unit == "":
			return fmt.Sprintf("%.0f%s", v, unit)
		}
		return fmt.Sprintf("%.1f%s", v, unit)
	}
	return fmt.Sprintf("%.0fT", v)
}

// Rate writes messages a second: 1.4k/s.
func Rate(v float64) string {
	if math.IsNaN(v) {
		return Unknown
	}
	return Count(v) + "/s"
}

// Percent writes a share of 0 to 1 without decimals; NaN is Unknown.
func Percent(v float64) string {
	if math.IsNaN(v) {
		return Unknown
	}
	return fmt.Sprintf("%.0f%%", 100*min(1, max(0, v)))
}

// Seconds writes a time given in seconds: 12 µs, 3 ms, 1.5 s, 41 s, 12 min,
// 3h04m, 5d02h. NaN is Unknown; negative times are 0 s.
func Seconds(s float64) string {
	switch {
	case math.IsNaN(s):
		return Unknown
	case s <= 0:
		return "0 s"
	case s < 0.9995e-3:
		return fmt.Sprintf("%.0f µs", max(1, 1e6*s))
	case s < 0.9995:
		return fmt.Sprintf("%.0f ms", 1e3*s)
	case s < 9.95:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", s), ".0") + " s"
	case s < 119.5:
		return fmt.Sprintf("%.0f s", s)
	case s < 2*3600:
		return fmt.Sprintf("%.0f min", s/60)
	case s < 48*3600:
		return fmt.Sprintf("%dh%02dm", int(s)/3600, int(s)/60%60)
	}
	return fmt.Sprintf("%dd%02dh", int(s)/86400, int(s)/3600%24)
}

// Bytes writes a size in multiples of 1024: 512 B, 12.3 MB. NaN is Unknown.
func Bytes(v float64) string {
	if math.IsNaN(v) {
		return Unknown
	}
	v = max(0, v)
	for _, unit := range []string{"B", "KB", "MB", "GB"} {
		switch {
		case v >= 999.5:
			v /= 1024
		case v >= 9.95 || unit == "B":
			return fmt.Sprintf("%.0f %s", v, unit)
		default:
			return fmt.Sprintf("%.1f %s", v, unit)
		}
	}
	return fmt.Sprintf("%.1f TB", v)
}
