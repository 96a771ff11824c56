package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// patience is how long a service may take for one answer, the up to one second
// in which it waits for a new frame included. A service that is stopped in a
// debugger for less is shown as stale and goes on where it was.
const patience = 30 * time.Second

// maxProblem bounds the text of an answer that is an error.
const maxProblem = 4 << 10

// Client is a Source that speaks the protocol of a service, HTTP/1.1, over
// whatever a function dials. It pulls: one request for the newest frame is out
// at a time, so that no buffer on the way can fill with old frames. More than
// one would gain nothing here, since the way over a socket of this machine is
// short against the interval of frames.
type Client struct {
	http   *http.Client
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	limits wire.Limits
	pull   pull
}

// NewClient returns a Client over the connections that dial makes, a few at
// most. It connects with the first call of a method.
func NewClient(dial func(ctx context.Context) (net.Conn, error), limits wire.Limits) *Client {
	c := &Client{limits: limits}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.http = &http.Client{
		Timeout: patience,
		Transport: &http.Transport{
			DialContext:            func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
			DisableCompression:     true,
			MaxConnsPerHost:        4,
			MaxIdleConnsPerHost:    2,
			MaxResponseHeaderBytes: 16 << 10,
		},
		// What is asked for is where it was asked for.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.pull.init(limits)
	return c
}

// Close implements Source.
func (c *Client) Close() error {
	c.cancel()
	c.http.CloseIdleConnections()
	return nil
}

// Topology returns the description of the graph. It blocks until the answer is
// there or ctx ends.
func (c *Client) Topology(ctx context.Context) (*telemetry.Topology, error) {
	body, err := c.get(ctx, "/v1/topology")
	if err != nil {
		return nil, err
	}
	t, err := wire.DecodeTopology(body, c.limits)
	if err != nil {
		return nil, fmt.Errorf("source: topology: %w", err)
	}
	cleanTopology(t)
	return t, nil
}

// Shutdown implements Controller.
func (c *Client) Shutdown(ctx context.Context) (*telemetry.Shutdown, error) {
	body, err := c.get(ctx, "/v1/shutdown")
	if err != nil {
		return nil, err
	}
	s, err := wire.DecodeShutdown(body, c.limits)
	if err != nil {
		return nil, fmt.Errorf("source: shutdown: %w", err)
	}
	cleanShutdown(s)
	return s, nil
}

// RequestShutdown implements Controller.
func (c *Client) RequestShutdown(ctx context.Context, instance telemetry.Instance, reason string) error {
	body, err := json.Marshal(struct {
		Instance telemetry.Instance `json:"instance"`
		Reason   string             `json:"reason"`
	}{instance, reason})
	if err != nil {
		return fmt.Errorf("source: request shutdown: %w", err)
	}
	resp, err := c.do(ctx, http.MethodPost, "/v1/shutdown", strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return c.failed(resp)
}

// Detail implements Detailer.
func (c *Client) Detail(ctx context.Context, actor uint32) (*telemetry.ActorDetail, error) {
	body, err := c.get(ctx, fmt.Sprintf("/v1/actors/%d", actor))
	if err != nil {
		return nil, err
	}
	var d telemetry.ActorDetail
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, fmt.Errorf("source: actor %d: %w: %w", actor, wire.ErrMalformed, err)
	}
	cleanDetail(&d)
	return &d, nil
}

// get returns the body of an answer that is no error, bounded by the limit of
// a record.
func (c *Client) get(ctx context.Context, path string) ([]byte, error) {
	resp, err := c.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if err := c.failed(resp); err != nil {
		return nil, err
	}
	limit := c.limits.Record
	if limit <= 0 {
		limit = wire.DefaultLimits.Record
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("source: GET %s: %w", path, err)
	}
	if len(body) > limit {
		return nil, fmt.Errorf("source: GET %s: %w", path,
			&wire.LimitError{What: "bytes in an answer", Got: uint64(len(body)), Max: uint64(limit)})
	}
	return body, nil
}

func (c *Client) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	// The request lives as long as its body is read: until then both Close and
	// the end of ctx must reach it.
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(c.ctx, cancel)
	release := func() { stop(); cancel() }
	req, err := http.NewRequestWithContext(ctx, method, "http://steadytop"+path, body)
	if err != nil {
		release()
		return nil, fmt.Errorf("source: %w", err)
	}
	req.Header.Set("User-Agent", "steadytop")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(path, "/v1/frames") {
		req.Header.Set("Accept", wire.ContentBinary)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		release()
		return nil, fmt.Errorf("source: %s %s: %w", method, strings.SplitN(path, "?", 2)[0], plain(err))
	}
	resp.Body = &releasing{ReadCloser: resp.Body, release: release}
	return resp, nil
}

// releasing frees what a request holds when its body is closed.
type releasing struct {
	io.ReadCloser
	release func()
}

// Close implements io.Closer.
func (r *releasing) Close() error {
	err := r.ReadCloser.Close()
	r.release()
	return err
}

// plain takes away the wrapping in which package http repeats method and URL,
// and makes the end of a connection what it is here: too early.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// said returns what an answer that is an error says: the field of its JSON,
// its text, or its status.
func said(resp *http.Response) string {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxProblem)) // as much as there is
	var v struct {
		Error string `json:"error"`
	}
	text := strings.TrimSpace(string(body))
	if json.Unmarshal(body, &v) == nil && v.Error != "" {
		text = v.Error
	}
	if text == "" {
		text = resp.Status
	}
	return oneLine(text)
}

// failed turns the status of an answer into an error, nil for success.
func (c *Client) failed(resp *http.Response) error {
	if resp.StatusCode/100 == 2 {
		return nil
	}
	text := said(resp)
	kind := error(nil)
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		kind = ErrRefused
	case http.StatusConflict:
		kind = ErrInstance
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		kind = ErrUnavailable
	default:
		return fmt.Errorf("source: the service answers %d: %s", resp.StatusCode, text)
	}
	return fmt.Errorf("%w: %s", kind, text)
}
