package wire

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// smallNext is smallFrame a quarter of a second later.
func smallNext() *telemetry.Frame {
	f := smallFrame()
	f.Seq, f.Mono, f.Wall = 4, 750*time.Millisecond, f.Wall+250_000_000
	a, c := &f.Actors, &f.Channels
	a.Since[0] = 749 * time.Millisecond
	a.Body[0] = 250 * time.Millisecond
	a.Time[telemetry.StateBusy][0] += 200 * time.Millisecond
	a.Time[telemetry.StateBlocked][0] += 50 * time.Millisecond
	a.Time[telemetry.StateWaiting][1] += 250 * time.Millisecond
	c.Sent[0], c.Taken[0] = 1600, 1596
	c.Latency[2][0] += 512
	c.Latency[3][0] += 96
	c.LatencySum[0] += 3 * time.Millisecond
	return f
}

const spec = "../../docs/wire.md"

// TestWorkedExample holds the specification to the bytes of its example.
func TestWorkedExample(t *testing.T) {
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	var e Encoder
	key := e.Key(nil, smallFrame())
	delta, ok := e.Delta(nil, smallNext())
	if !ok {
		t.Fatal("delta refused")
	}
	for name, want := range map[string][]byte{"keyframe": key, "delta": delta} {
		got, err := example(string(text), name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: the %s is\n% x\nwant\n% x", spec, name, got, want)
		}
	}
	d := NewDecoder(small())
	var f telemetry.Frame
	for _, c := range []struct {
		rec  []byte
		want *telemetry.Frame
	}{{key, smallFrame()}, {delta, smallNext()}} {
		p, kind := payload(t, c.rec)
		if err := d.Decode(kind, p, &f); err != nil {
			t.Fatal(err)
		}
		sameFrame(t, &f, c.want)
	}
}

// example returns the bytes of the block that begins with ```hex name. What
// follows a semicolon is a comment.
func example(text, name string) ([]byte, error) {
	_, after, ok := strings.Cut(text, "```hex "+name+"\n")
	if !ok {
		return nil, fmt.Errorf("%s has no example %q", spec, name)
	}
	block, _, _ := strings.Cut(after, "```")
	var digits strings.Builder
	for line := range strings.Lines(block) {
		line, _, _ = strings.Cut(line, ";")
		digits.WriteString(strings.Join(strings.Fields(line), ""))
	}
	return hex.DecodeString(digits.String())
}

// TestSpecificationNamesEveryColumn: a column that is not written down is not
// part of the format.
func TestSpecificationNamesEveryColumn(t *testing.T) {
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	ids := []int{
		colState, colSince, colVote, colRestarts, colTorn, colCPU, colBody,
		colSent, colLength, colClosed, colLatSum, colLatency,
	}
	for s := range telemetry.NumStates {
		ids = append(ids, colTime+s)
	}
	for _, id := range ids {
		if row := regexp.MustCompile(fmt.Sprintf(`(?m)^\| %d \|`, id)); !row.Match(text) {
			t.Errorf("%s: column %d is missing", spec, id)
		}
	}
}
