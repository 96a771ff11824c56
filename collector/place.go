package collector

import (
	"strconv"
	"strings"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// RunsOn says in a few characters what an actor runs on: its schedule or the
// name of its troupe, the cores that it is pinned to, and its priority:
// "pooled", "io@1", "solo@2-4,7 rt40".
func (a *Actor) RunsOn() string {
	if len(a.Cores) == 0 && a.Realtime == 0 {
		return a.thread()
	}
	var b strings.Builder
	b.WriteString(a.thread())
	for i := 0; i < len(a.Cores); {
		last := i
		for last+1 < len(a.Cores) && a.Cores[last+1] == a.Cores[last]+1 {
			last++
		}
		sep := byte('@')
		if i > 0 {
			sep = ','
		}
		b.WriteByte(sep)
		b.WriteString(strconv.Itoa(a.Cores[i]))
		if last > i {
			b.WriteString("-" + strconv.Itoa(a.Cores[last]))
		}
		i = last + 1
	}
	if a.Realtime != 0 {
		b.WriteString(" rt" + strconv.Itoa(a.Realtime))
	}
	return b.String()
}

func (a *Actor) thread() string {
	if a.Schedule == telemetry.ScheduleTroupe && a.Troupe != "" {
		return a.Troupe
	}
	return string(a.Schedule)
}
