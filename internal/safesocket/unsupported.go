//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package safesocket

import (
	"context"
	"net"
)

const maxPath = 107

// Dir returns ErrUnsupported.
func Dir() (string, error) { return "", ErrUnsupported }

// Listener never exists on this system.
type Listener struct{ net.Listener }

// Listen returns ErrUnsupported.
func Listen(_, _ string) (*Listener, error) { return nil, ErrUnsupported }

// New returns a listener that never has a socket.
func New(_, _ string) *Listener { return &Listener{} }

// Renew returns ErrUnsupported.
func (l *Listener) Renew() (bool, error) { return false, ErrUnsupported }

// Path returns "".
func (l *Listener) Path() string { return "" }

// Scan finds nothing.
func Scan() []Socket { return nil }

// Dial returns ErrUnsupported.
func Dial(context.Context, string) (net.Conn, error) { return nil, ErrUnsupported }
