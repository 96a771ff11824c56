package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// client posts batches to the service.
type client struct {
	url  string
	http *http.Client
}

func newHTTP() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 64 // each poster keeps its connection
	return &http.Client{Transport: t, Timeout: 30 * time.Second}
}

// book returns nil once the service has said that it has booked b. That it cannot
// be reached, or has a trouble of its own, is an outage, and passes. That it refuses
// b does not.
func (c client) book(ctx context.Context, b batch) error {
	url := fmt.Sprintf("%s?from=%d", c.url, b.span.From)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(b.lines))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/plain")
	reply, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", steady.ErrOutage, err)
	}
	defer func() { _ = reply.Body.Close() }()
	said, _ := io.ReadAll(io.LimitReader(reply.Body, 1<<10))
	switch {
	case reply.StatusCode == http.StatusNoContent:
		return nil
	case reply.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("%w: %s: %s", steady.ErrOutage, url, reply.Status)
	default:
		return fmt.Errorf("%s: %s: %s", url, reply.Status, bytes.TrimSpace(said))
	}
}
