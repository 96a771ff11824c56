// Package safesocket finds, makes and joins the unix sockets by which a
// service and its viewers meet, so that no other user of the machine can read
// or stop the service, and none can pose as it.
//
// Sockets live in a folder per user that only its owner may enter; they are
// private before they exist; a stale one is removed by the holder of its lock
// and by nobody else; both sides check who is at the other end.
package safesocket

import (
	"errors"
	"fmt"
	"net"
)

// EnvDir names the environment variable that sets the one folder to use.
const EnvDir = "STEADYTOP_DIR"

// Errors that callers tell apart.
var (
	// ErrUnsupported means that this system has no sockets whose users can be
	// told; nothing is published there but /metrics.
	ErrUnsupported = errors.New("safesocket: unix sockets with an owner are not supported on this system")

	// ErrForeign means that another user is at the other end or owns the folder.
	ErrForeign = errors.New("safesocket: belongs to another user")

	// ErrUnsafe means that a folder can not be trusted: a symbolic link, or open to others.
	ErrUnsafe = errors.New("safesocket: unsafe folder")

	// ErrPathTooLong means that a socket can not be bound or reached by this path.
	ErrPathTooLong = errors.New("safesocket: path too long")
)

// Cred says who is at the other end of a connection, as the system noted it
// when the connection was made.
type Cred struct {
	UID uint32
	PID int // 0 when the system does not tell
}

// PeerCred returns who is at the other end of a connection on a unix socket.
// It is false for other connections and where the system does not tell.
func PeerCred(conn net.Conn) (Cred, bool) { return peerCred(conn) }

// CanIdentify reports whether PeerCred works on this system. Where it does not,
// nothing may be controlled over a socket.
func CanIdentify() bool { return canIdentify }

// Trusted reports whether the user uid may read and control what the user self
// runs, and the other way round: the same user, or root.
func Trusted(self int, uid uint32) bool { return uid == 0 || int64(uid) == int64(self) }

// Socket is a candidate that Scan found.
type Socket struct {
	Name string // of the service, as far as the file name tells; unsafe to print
	PID  int    // 0 when the file name does not tell
	Path string // unsafe to print

	// Skip says why the entry is of no use; nil for a socket that is worth
	// dialling. Path may then be the folder.
	Skip error
}

// checkLength refuses paths that bind and connect would answer with a bare
// "invalid argument".
func checkLength(path string) error {
	if len(path) > maxPath {
		return fmt.Errorf("%w: %s has %d bytes, the system allows %d; set %s to a shorter folder",
			ErrPathTooLong, path, len(path), maxPath, EnvDir)
	}
	return nil
}
