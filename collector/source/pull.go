package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

const (
	// maxBlanks is how many answers in a row may leave a Client without a
	// frame that it can read, although they hold one.
	maxBlanks = 3
	// breath is the least time between two answers without anything new. A
	// service waits up to a second before it gives one; one that does not must
	// not be asked in a loop.
	breath = 100 * time.Millisecond
)

// pull is the state of reading frames, used by Next alone.
type pull struct {
	resp    *http.Response // of the request that is out; nil for none
	reader  *wire.Reader   // of the bodies, one after another
	body    swap
	decoder *wire.Decoder
	frame   telemetry.Frame
	raw     []byte // the last topology as it came

	instance   telemetry.Instance
	generation uint64
	seq        uint64    // of the last frame handed over
	useful     bool      // the current answer had something new
	blanks     int       // unreadable frames in a row
	asked      time.Time // when the current request went out
	keyless    bool      // the next request is to ask for a keyframe
	over       bool      // an End was handed over
}

// swap reads from one body after another.
type swap struct{ io.Reader }

func (p *pull) init(limits wire.Limits) { p.reader = wire.NewReader(&p.body, limits) }

// Next implements Source.
func (c *Client) Next(ctx context.Context) (Record, error) {
	stop := context.AfterFunc(ctx, c.cancel)
	rec, err := c.next()
	if !stop() && err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return rec, err
}

func (c *Client) next() (Record, error) {
	p := &c.pull
	for {
		if p.over {
			return Record{}, io.EOF
		}
		if p.resp == nil {
			if err := c.ask(); err != nil {
				return Record{}, err
			}
			continue
		}
		kind, payload, err := p.reader.Next()
		if errors.Is(err, io.EOF) {
			c.answered()
			continue
		}
		if err != nil {
			return Record{}, fmt.Errorf("source: frames: %w", err)
		}
		rec, err := c.record(kind, payload)
		if err != nil {
			return Record{}, err
		}
		if rec != (Record{}) {
			p.useful, p.blanks = true, 0
			return rec, nil
		}
	}
}

// ask sends the request for the newest frame.
func (c *Client) ask() error {
	p := &c.pull
	if rest := breath - time.Since(p.asked); !p.useful && !p.asked.IsZero() && rest > 0 {
		t := time.NewTimer(rest)
		defer t.Stop()
		select {
		case <-t.C:
		case <-c.ctx.Done():
			return fmt.Errorf("source: frames: %w", context.Canceled)
		}
	}
	p.asked, p.useful = time.Now(), false
	key := uint64(0)
	if p.decoder != nil && !p.keyless {
		key = p.decoder.KeySeq()
	}
	p.keyless = false
	resp, err := c.do(c.ctx, http.MethodGet, fmt.Sprintf("/v1/frames?after=%d&key=%d&max=1", p.seq, key), nil)
	if err != nil {
		return err
	}
	if err := c.failed(resp); err != nil {
		_ = resp.Body.Close()
		return err
	}
	if t := resp.Header.Get("Content-Type"); t != "" && t != wire.ContentBinary && resp.StatusCode == http.StatusOK {
		_ = resp.Body.Close()
		return fmt.Errorf("source: frames: %w: the service sends %s, not %s", wire.ErrMalformed, oneLine(t), wire.ContentBinary)
	}
	p.resp, p.body.Reader = resp, resp.Body
	return nil
}

// answered ends a request whose body was read to its end.
func (c *Client) answered() {
	_ = c.pull.resp.Body.Close()
	c.pull.resp, c.pull.body.Reader = nil, nil
}

// record turns what came into a Record, the zero Record for what is to be
// skipped.
func (c *Client) record(kind wire.Kind, payload []byte) (Record, error) {
	switch kind {
	case wire.KindTopology:
		return c.topology(payload)
	case wire.KindKeyframe, wire.KindDelta:
		return c.frame(kind, payload)
	case wire.KindEnd:
		e, err := wire.DecodeEnd(payload, c.limits)
		if err != nil {
			return Record{}, fmt.Errorf("source: end: %w", err)
		}
		cleanEnd(e)
		c.pull.over = true
		return Record{End: e}, nil
	}
	return Record{}, nil
}

// topology decodes a topology unless it is the one that is known: a service
// may open each answer with it.
func (c *Client) topology(payload []byte) (Record, error) {
	p := &c.pull
	if p.decoder != nil && bytes.Equal(payload, p.raw) {
		return Record{}, nil
	}
	t, err := wire.DecodeTopology(payload, c.limits)
	if err != nil {
		return Record{}, fmt.Errorf("source: topology: %w", err)
	}
	cleanTopology(t)
	p.raw = append(p.raw[:0], payload...)
	return p.use(t), nil
}

// use makes t the topology of the frames that follow. What is the same
// generation is the same topology, and no news.
func (p *pull) use(t *telemetry.Topology) Record {
	if p.decoder != nil && t.Instance == p.instance && t.Generation == p.generation {
		return Record{}
	}
	if t.Instance != p.instance {
		p.seq = 0
	}
	p.instance, p.generation = t.Instance, t.Generation
	p.decoder = wire.NewDecoder(t)
	return Record{Topology: t}
}

// frame decodes a frame. One that needs a topology or a keyframe that is not
// there makes the next request ask for it.
func (c *Client) frame(kind wire.Kind, payload []byte) (Record, error) {
	p := &c.pull
	if p.decoder == nil {
		return c.fetchTopology()
	}
	err := p.decoder.Decode(kind, payload, &p.frame)
	switch {
	case err == nil && p.frame.Seq <= p.seq:
		return Record{}, nil
	case err == nil:
		p.seq = p.frame.Seq
		return Record{Frame: &p.frame}, nil
	case !errors.Is(err, wire.ErrKey) && !errors.Is(err, wire.ErrTopology):
		return Record{}, fmt.Errorf("source: frame: %w", err)
	}
	if p.blanks++; p.blanks > maxBlanks {
		return Record{}, fmt.Errorf("source: frame: %d answers in a row can not be read: %w", p.blanks, err)
	}
	if errors.Is(err, wire.ErrTopology) {
		return c.fetchTopology()
	}
	p.keyless = true
	return Record{}, nil
}

func (c *Client) fetchTopology() (Record, error) {
	t, err := c.Topology(c.ctx)
	if err != nil {
		return Record{}, err
	}
	return c.pull.use(t), nil
}
