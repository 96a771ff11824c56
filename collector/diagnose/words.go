package diagnose

import (
	"fmt"
	"strings"
	"time"

	"github.com/steadytop/steadytop/collector/units"
)

// quote sets the name of a channel apart from the words around it.
func quote(name string) string { return `"` + name + `"` }

func duration(d time.Duration) string { return units.Seconds(d.Seconds()) }

// fullness says how full a channel is, and for how long if it is.
func fullness(c *Channel) string {
	if c.FullFor > 0 {
		return "full for " + duration(c.FullFor)
	}
	return units.Percent(known(c.Fill)) + " full"
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
