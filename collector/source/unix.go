package source

import (
	"context"
	"net"

	"github.com/steadytop/steadytop/internal/safesocket"
	"github.com/steadytop/steadytop/internal/wire"
)

var (
	_ Connector  = Unix{}
	_ Controller = (*Client)(nil)
	_ Detailer   = (*Client)(nil)
)

// Unix is a Connector to services of this machine through their sockets.
type Unix struct {
	Target Target
	Limits wire.Limits // of what is accepted; zero fields mean the defaults
}

// Local implements Connector.
func (u Unix) Local() bool { return true }

// Connect implements Connector.
func (u Unix) Connect(ctx context.Context, last Identity) (Source, error) {
	info, err := u.find(ctx, last)
	if err != nil {
		return nil, err
	}
	return NewClient(func(ctx context.Context) (net.Conn, error) {
		return safesocket.Dial(ctx, info.Path)
	}, u.Limits), nil
}

func (u Unix) find(ctx context.Context, last Identity) (ServiceInfo, error) {
	if last.Instance == 0 {
		return Resolve(ctx, u.Target)
	}
	sockets := safesocket.Scan()
	if u.Target.Path != "" {
		sockets = around(u.Target.Path, sockets)
	}
	same := func(s *ServiceInfo) bool { return s.Instance == last.Instance && !last.Ended }
	named := func(s *ServiceInfo) bool { return s.Name == last.Service && s.Instance != last.Instance }
	return resolve(ctx, Target{text: last.Service}, sockets, same, named)
}
