package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// AppendTopologyLine appends t as a line of JSON: {"kind":"topology", ...}.
func AppendTopologyLine(dst []byte, t *telemetry.Topology) ([]byte, error) {
	return appendLine(dst, struct {
		Kind     string              `json:"kind"`
		Topology *telemetry.Topology `json:"topology"`
	}{"topology", t})
}

// AppendEndLine appends e as a line of JSON: {"kind":"end", ...}.
func AppendEndLine(dst []byte, e *telemetry.End) ([]byte, error) {
	return appendLine(dst, struct {
		Kind string `json:"kind"`
		*telemetry.End
	}{"end", e})
}

func appendLine(dst []byte, v any) ([]byte, error) {
	line, err := json.Marshal(v)
	if err != nil {
		return dst, fmt.Errorf("wire: line: %w", err)
	}
	return append(append(dst, line...), '\n'), nil
}

// AppendFrameLine appends f as a line of JSON that needs nothing else to be
// read: figures are absolute and exact, and actors and channels have names,
// which it takes from t, the topology of f.
func AppendFrameLine(dst []byte, t *telemetry.Topology, f *telemetry.Frame) []byte {
	return append(AppendFrame(dst, t, f), '\n')
}

// AppendFrame appends the JSON object of AppendFrameLine without the line end.
func AppendFrame(dst []byte, t *telemetry.Topology, f *telemetry.Frame) []byte {
	j := jsonWriter{b: dst}
	j.raw(`{"kind":"frame","schema":`).num(telemetry.Schema)
	j.raw(`,"service":`).str(t.Service)
	j.raw(`,"instance":"`).raw(f.Instance.String())
	j.raw(`","generation":`).num(f.Generation)
	j.raw(`,"seq":`).num(f.Seq)
	j.raw(`,"mono_ns":`).dur(f.Mono)
	j.raw(`,"wall_ns":`).dur(time.Duration(f.Wall))
	j.raw(`,"phase":"`).raw(f.Phase.String())
	j.raw(`","cpu_ns":`).dur(f.CPU)
	if f.RSS > 0 {
		j.raw(`,"rss_bytes":`).num(f.RSS)
	}
	j.raw(`,"goroutines":`).num(f.Goroutines)
	j.raw(`,"actors":[`)
	for i := range min(len(t.Actors), len(f.Actors.State)) {
		if i > 0 {
			j.raw(",")
		}
		j.actor(&t.Actors[i], &f.Actors, i)
	}
	j.raw(`],"channels":[`)
	for i := range min(len(t.Channels), len(f.Channels.Sent)) {
		if i > 0 {
			j.raw(",")
		}
		j.channel(t, &f.Channels, i)
	}
	return j.raw("]}").b
}

// jsonWriter appends the pieces of a line. The names in it are escaped by
// encoding/json.
type jsonWriter struct{ b []byte }

func (j *jsonWriter) raw(s string) *jsonWriter {
	j.b = append(j.b, s...)
	return j
}

func (j *jsonWriter) num(v uint64) { j.b = strconv.AppendUint(j.b, v, 10) }

func (j *jsonWriter) dur(d time.Duration) { j.b = strconv.AppendInt(j.b, int64(d), 10) }

func (j *jsonWriter) str(s string) {
	q, err := json.Marshal(s)
	if err != nil { // never for a string
		q = []byte(`""`)
	}
	j.b = append(j.b, q...)
}

func (j *jsonWriter) actor(t *telemetry.Actor, a *telemetry.ActorColumns, i int) {
	j.raw(`{"id":`).num(uint64(t.ID))
	j.raw(`,"name":`).str(t.Name)
	j.raw(`,"state":"`).raw(a.State[i].String())
	j.raw(`","since_ns":`).dur(a.Since[i])
	j.raw(`,"time_ns":{`)
	for s := range a.Time {
		if s > 0 {
			j.raw(",")
		}
		j.raw(`"`).raw(telemetry.State(s).String()).raw(`":`).dur(a.Time[s][i])
	}
	j.raw("}")
	if t.ExactCPU {
		j.raw(`,"cpu_ns":`).dur(a.CPU[i])
	}
	j.raw(`,"restarts":`).num(a.Restarts[i])
	j.raw(`,"torn":`).num(a.Torn[i])
	j.raw(`,"body_ns":`).dur(a.Body[i])
	if a.Timed[i] {
		j.raw(`,"timed":true`)
	}
	if a.Patience[i] > 0 {
		j.raw(`,"patience_ns":`).dur(a.Patience[i])
	}
	j.raw(`,"vote":"`).raw(a.Vote[i].String()).raw(`"}`)
}

func (j *jsonWriter) channel(t *telemetry.Topology, c *telemetry.ChannelColumns, i int) {
	ch := &t.Channels[i]
	j.raw(`{"id":`).num(uint64(ch.ID))
	j.raw(`,"name":`).str(ch.Name)
	j.end(`,"from":`, t, ch.From)
	j.end(`,"to":`, t, ch.To)
	j.raw(`,"capacity":`).num(ch.Capacity)
	j.raw(`,"length":`).num(c.Sent[i] - min(c.Taken[i], c.Sent[i]))
	if ch.Native {
		j.raw(`,"native":true}`)
		return
	}
	j.raw(`,"sent":`).num(c.Sent[i])
	j.raw(`,"taken":`).num(c.Taken[i])
	j.raw(`,"closed":`).raw(strconv.FormatBool(c.Closed[i]))
	if c.Awaited[i]&telemetry.AwaitsMessage != 0 {
		j.raw(`,"awaits_message":true`)
	}
	if c.Awaited[i]&telemetry.AwaitsRoom != 0 {
		j.raw(`,"awaits_room":true`)
	}
	j.histogram(c, i)
	j.raw("}")
}

// end appends the name of the actor at one end; an end outside the graph has none.
func (j *jsonWriter) end(field string, t *telemetry.Topology, id int32) {
	if id >= 0 && int(id) < len(t.Actors) {
		j.raw(field).str(t.Actors[id].Name)
	}
}

// histogram appends the buckets up to the last one in use; a channel without
// measured messages has no histogram.
func (j *jsonWriter) histogram(c *telemetry.ChannelColumns, i int) {
	used := len(c.Latency)
	for used > 0 && c.Latency[used-1][i] == 0 {
		used--
	}
	if used == 0 {
		return
	}
	j.raw(`,"latency_sum_ns":`).dur(c.LatencySum[i])
	j.raw(`,"latency":[`)
	for b := range used {
		if b > 0 {
			j.raw(",")
		}
		j.num(c.Latency[b][i])
	}
	j.raw("]")
}
