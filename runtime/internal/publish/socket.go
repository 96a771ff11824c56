package publish

import (
	"errors"
	"os"
	"time"

	"github.com/steadytop/steadytop/internal/safesocket"
)

// renewTime is the time between two looks at the socket. A look is three system
// calls.
const renewTime = 5 * time.Second

// listenSocket makes the socket; nil when there is to be none. One that can not
// be had and was not asked for is tried again by keepSocket.
func (s *Server) listenSocket(o *Options) (*safesocket.Listener, error) {
	if o.Dir == Off {
		return nil, nil
	}
	l := safesocket.New(o.Dir, o.Name)
	_, err := l.Renew()
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, safesocket.ErrUnsupported):
		s.log.Info("no socket: steadytop can not attach to this service", "error", err)
		return nil, nil
	case o.Dir != "" || os.Getenv(safesocket.EnvDir) != "":
		return nil, err
	}
	s.log.Info("no socket: steadytop can not attach to this service until there is one", "error", err)
	s.noSocket = err.Error()
	return l, nil
}

// SocketPath returns the path of the socket, "" while there is none.
func (s *Server) SocketPath() string {
	if s.socket == nil {
		return ""
	}
	return s.socket.Path()
}

// keepSocket makes the socket again whenever somebody has removed it or its
// folder: a service that can not be found can not be stopped either. It ends
// with the server.
func (s *Server) keepSocket() {
	t := time.NewTicker(s.renewal)
	defer t.Stop()
	for {
		select {
		case <-s.hub.done:
			return
		case <-t.C:
			s.renewSocket()
		}
	}
}

// renewSocket looks once. It is called by one goroutine at a time.
func (s *Server) renewSocket() {
	before := s.socket.Path()
	fresh, err := s.socket.Renew()
	switch {
	case err != nil && err.Error() != s.noSocket: // each reason is told once
		s.log.Warn("the socket is gone and can not be made again: steadytop can not attach until it can",
			"socket", before, "error", err)
	case fresh:
		s.log.Warn("the socket was gone: listening again", "was", before, "socket", s.socket.Path())
	}
	s.noSocket = ""
	if err != nil {
		s.noSocket = err.Error()
	}
}
