package collector

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// What nobody knows of a Go channel is null in JSON, and a dash for people.
func TestNativeChannelIsUnknownNotZero(t *testing.T) {
	play(t, func(b *bench) {
		n := len(b.top.Channels)
		b.top.Channels = append(b.top.Channels, telemetry.Channel{
			ID: uint32(n), Name: "jobs", Type: "Job", Capacity: 8, From: -1, To: 0, Native: true,
		})
		length := func(v uint64) func(*telemetry.Frame) {
			return func(f *telemetry.Frame) { f.Channels.Sent[n], f.Channels.Taken[n] = v, 0 }
		}
		b.topology()
		b.frame(length(8))
		s := b.frame(length(6))
		text, err := json.Marshal(s.Channels[n])
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`"native":true`, `"length":6`, `"capacity":8`, `"fill":0.75`, `"sent":null`, `"taken":null`, `"closed":null`,
			`"sent_rate":null`, `"take_rate":null`, `"p50_s":null`,
		} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: want %s", text, want)
			}
		}
		var back Channel
		if err := json.Unmarshal(text, &back); err != nil || !back.Native || back.Length != 6 || back.SentRate.Known() {
			t.Errorf("read back %+v, %v", back, err)
		}
		if text, err = json.Marshal(s.Channels[0]); err != nil || strings.Contains(string(text), `"sent":null`) {
			t.Errorf("%s, %v", text, err)
		}
		if s.Actors[0].In.Known() {
			t.Errorf("takes %v in all", s.Actors[0].In)
		}
		var table, dot strings.Builder
		if err := (Text{}).Write(&table, s); err != nil || !strings.Contains(table.String(), "Go channel") {
			t.Errorf("%v\n%s", err, &table)
		}
		if err := WriteDOT(&dot, s); err != nil || !strings.Contains(dot.String(), `jobs\n6/8  –`) {
			t.Errorf("%v\n%s", err, &dot)
		}
	})
}
