package publish

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// record is one of a stream, decoded.
type record struct {
	kind wire.Kind
	top  *telemetry.Topology
	end  *telemetry.End
	seq  uint64
}

// viewer decodes records as a collector does.
type viewer struct {
	d     *wire.Decoder
	frame telemetry.Frame
}

func (v *viewer) next(t testing.TB, r *wire.Reader) (record, error) {
	t.Helper()
	kind, p, err := r.Next()
	if err != nil {
		return record{}, err
	}
	rec := record{kind: kind}
	switch kind {
	case wire.KindTopology:
		if rec.top, err = wire.DecodeTopology(p, wire.Limits{}); err == nil {
			v.d = wire.NewDecoder(rec.top)
		}
	case wire.KindEnd:
		rec.end, err = wire.DecodeEnd(p, wire.Limits{})
	default:
		err = v.d.Decode(kind, p, &v.frame)
		rec.seq = v.frame.Seq
	}
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return rec, nil
}

func TestPull(t *testing.T) {
	s := serve(t, newFake(3))
	c := client(t, s)
	var v viewer
	pull := func() []record {
		t.Helper()
		url := "http://steadytop/v1/frames?max=1"
		if v.d != nil {
			url += "&after=" + strconv.FormatUint(v.frame.Seq, 10) + "&key=" + strconv.FormatUint(v.d.KeySeq(), 10)
		}
		resp, body := do(t, c, request(t, "GET", url, ""))
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != wire.ContentBinary {
			t.Fatalf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
		}
		var recs []record
		r := wire.NewReader(bytes.NewReader([]byte(body)), wire.Limits{})
		for {
			rec, err := v.next(t, r)
			if err == io.EOF {
				return recs
			}
			if err != nil {
				t.Fatal(err)
			}
			recs = append(recs, rec)
		}
	}
	first := pull()
	if len(first) < 2 || first[0].kind != wire.KindTopology || first[1].kind != wire.KindKeyframe {
		t.Fatalf("the first pull got %+v", first)
	}
	for range 10 {
		before := v.frame.Seq
		got := pull()
		if len(got) != 1 || got[0].kind != wire.KindDelta || got[0].seq <= before {
			t.Fatalf("after %d, got %+v", before, got)
		}
	}
	v.d = wire.NewDecoder(first[0].top) // forgets the keyframe
	got := pull()
	if len(got) != 2 || got[0].kind != wire.KindKeyframe || got[1].kind != wire.KindDelta {
		t.Errorf("without a keyframe, got %+v", got)
	}
}

func TestPullWithoutAFrame(t *testing.T) {
	svc := newFake(2)
	svc.broken = true
	resp, body := do(t, client(t, serve(t, svc)), request(t, "GET", "http://steadytop/v1/frames?max=1", ""))
	if resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "sampler is broken; there never was a frame") {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
}

func TestMaxEndsAStream(t *testing.T) {
	c := client(t, serve(t, newFake(2)))
	_, body := do(t, c, request(t, "GET", "http://steadytop/v1/frames?max=5", ""))
	var v viewer
	frames := 0
	for r := wire.NewReader(bytes.NewReader([]byte(body)), wire.Limits{}); ; {
		rec, err := v.next(t, r)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec.seq > 0 {
			frames++
		}
	}
	if frames != 5 {
		t.Errorf("%d frames, want 5", frames)
	}
}

func TestStreamEndsWithTheLastMessage(t *testing.T) {
	svc := newFake(3)
	s := serve(t, svc)
	resp, err := client(t, s).Get("http://steadytop/v1/frames")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var v viewer
	var recs []record
	r := wire.NewReader(resp.Body, wire.Limits{})
	for len(recs) < 8 {
		rec, err := v.next(t, r)
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, rec)
	}
	begin := time.Now()
	s.End(telemetry.End{Instance: svc.top.Instance, Error: "unclean", Left: []telemetry.Leftover{{Channel: "channel-b", Count: 3}}})
	if d := time.Since(begin); d > 5*endTime { // the machine may be busy
		t.Errorf("End took %v", d)
	}
	for {
		rec, err := v.next(t, r)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the stream broke after %+v: %v", recs[len(recs)-1], err)
		}
		recs = append(recs, rec)
	}
	last := recs[len(recs)-1]
	if last.end == nil || last.end.Error != "unclean" || last.end.Left[0].Count != 3 {
		t.Errorf("the last record is %+v", last)
	}
	seq := uint64(0)
	for i, rec := range recs[:len(recs)-1] {
		if (rec.kind == wire.KindTopology) != (i == 0) || rec.kind == wire.KindEnd || i > 0 && rec.seq <= seq {
			t.Errorf("record %d is %+v", i, rec)
		}
		seq = rec.seq
	}
	// Whoever comes later is told as well.
	_, body := do(t, client(t, s), request(t, "GET", "http://steadytop/v1/frames?max=1", ""))
	if !bytes.Contains([]byte(body), []byte(`"error":"unclean"`)) {
		t.Error("a pull after the end does not get it")
	}
}

// TestEndWaitsForPulls: a viewer that pulls is told although it may be between
// two requests when the service ends.
func TestEndWaitsForPulls(t *testing.T) {
	for range 10 {
		svc := newFake(2)
		s := serve(t, svc)
		s.patience = 10 * time.Second // the machine may be busy; what counts is that End waits
		c := client(t, s)
		ended, begun := make(chan error, 1), make(chan struct{}, 1)
		go func() {
			var v viewer
			for {
				url := "http://steadytop/v1/frames?max=1&after=" + strconv.FormatUint(v.frame.Seq, 10)
				resp, err := c.Get(url)
				if err != nil {
					ended <- err
					return
				}
				r := wire.NewReader(resp.Body, wire.Limits{})
				for {
					rec, err := v.next(t, r)
					if err != nil {
						break
					}
					if rec.end != nil {
						_ = resp.Body.Close()
						ended <- nil
						return
					}
				}
				_ = resp.Body.Close()
				select {
				case begun <- struct{}{}:
				default:
				}
			}
		}()
		<-begun
		s.End(telemetry.End{Instance: svc.top.Instance, Clean: true})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Fatalf("the viewer was not told: %v", err)
		}
	}
}

func TestLines(t *testing.T) {
	svc := newFake(3)
	svc.top.Actors[1].Name = "a \"quoted\"\n\x1b[31m name"
	s := serve(t, svc)
	resp, err := client(t, s).Do(request(t, "GET", "http://steadytop/v1/frames", "", "Accept", wire.ContentNDJSON))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got := resp.Header.Get("Content-Type"); got != wire.ContentNDJSON {
		t.Errorf("content type %s", got)
	}
	lines := bufio.NewScanner(resp.Body)
	var kinds []string
	seq := uint64(0)
	for lines.Scan() {
		var line struct {
			Kind     string
			Seq      uint64
			Clean    bool
			Topology *telemetry.Topology
			Actors   []struct{ Name string }
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, lines.Bytes())
		}
		kinds = append(kinds, line.Kind)
		switch line.Kind {
		case "frame":
			if line.Seq <= seq || line.Actors[1].Name != svc.top.Actors[1].Name {
				t.Errorf("after %d: %s", seq, lines.Bytes())
			}
			seq = line.Seq
		case "end":
			if !line.Clean {
				t.Errorf("end: %s", lines.Bytes())
			}
		}
		if len(kinds) == 5 {
			go s.End(telemetry.End{Instance: svc.top.Instance, Clean: true})
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if kinds[0] != "topology" || kinds[1] != "frame" || kinds[len(kinds)-1] != "end" {
		t.Errorf("kinds %v", kinds)
	}
}

func TestNewTopologyIsSentInAStream(t *testing.T) {
	svc := newFake(3)
	s := serve(t, svc)
	resp, err := client(t, s).Get("http://steadytop/v1/frames")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var v viewer
	r := wire.NewReader(resp.Body, wire.Limits{})
	for range 3 {
		if _, err := v.next(t, r); err != nil {
			t.Fatal(err)
		}
	}
	bigger := newFake(5).top
	bigger.Generation = 2
	svc.set(func() { svc.top = bigger })
	for {
		rec, err := v.next(t, r)
		if err != nil {
			t.Fatal(err)
		}
		if rec.top == nil {
			continue
		}
		if rec.top.Generation != 2 {
			t.Fatalf("topology %+v", rec.top)
		}
		rec, err = v.next(t, r)
		if err != nil || rec.kind != wire.KindKeyframe || v.frame.Generation != 2 {
			t.Fatalf("after the topology: %+v, %v", rec, err)
		}
		return
	}
}
