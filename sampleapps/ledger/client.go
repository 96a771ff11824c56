package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
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

// book returns nil once the service has said that it has booked b.
func (c client) book(ctx context.Context, b batch) error {
	url := fmt.Sprintf("%s?from=%d", c.url, b.span.From)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(b.lines))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/plain")
	reply, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()
	said, _ := io.ReadAll(io.LimitReader(reply.Body, 1<<10))
	if reply.StatusCode != http.StatusNoContent {
		return fmt.Errorf("%s: %s: %s", url, reply.Status, bytes.TrimSpace(said))
	}
	return nil
}
