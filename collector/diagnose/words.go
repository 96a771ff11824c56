package diagnose

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// quote sets the name of a channel apart from the words around it.
func quote(name string) string { return `"` + name + `"` }

func percent(v float64) string {
	return fmt.Sprintf("%.0f%%", 100*min(1, max(0, v)))
}

// rate writes messages a second in three digits.
func rate(v float64) string {
	for _, unit := range []string{"", "k", "M", "G"} {
		switch {
		case v >= 999.5:
			v /= 1000
			continue
		case v >= 99.5, v == math.Trunc(v):
			return fmt.Sprintf("%.0f%s/s", v, unit)
		case v >= 9.95 && unit == "":
			return fmt.Sprintf("%.0f/s", v)
		}
		return fmt.Sprintf("%.1f%s/s", v, unit)
	}
	return fmt.Sprintf("%.0fT/s", v)
}

func duration(d time.Duration) string { return seconds(d.Seconds()) }

func seconds(s float64) string {
	switch {
	case s < 0.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 120:
		return fmt.Sprintf("%.0f s", s)
	case s < 7200:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%.0f h", s/3600)
}

// fullness says how full a channel is, and for how long if it is.
func fullness(c *Channel) string {
	if c.FullFor > 0 {
		return "full for " + duration(c.FullFor)
	}
	return percent(known(c.Fill)) + " full"
}

// list joins names as one says them, at most maxNamed and the number of others.
func list(names []string) string {
	if n := len(names) - maxNamed; n > 0 {
		names = append(names[:maxNamed:maxNamed], fmt.Sprintf("%d more", n))
	}
	if len(names) == 1 {
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
