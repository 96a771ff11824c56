//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import (
	"context"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// Dial connects to the socket at path and checks who serves it: this user or
// root, and for root anybody; ErrForeign for others, so that nobody can pose
// as a service by being there first. It blocks until ctx ends at most.
func Dial(ctx context.Context, path string) (net.Conn, error) {
	if err := checkLength(path); err != nil {
		return nil, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("safesocket: %w", err)
	}
	uid, err := servedBy(c, path)
	if self := os.Geteuid(); err == nil && self != 0 && !Trusted(self, uid) {
		err = fmt.Errorf("%w: %s is served by uid %d", ErrForeign, path, uid)
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// servedBy returns the user at the other end, or the owner of the file where
// the system does not tell the former.
func servedBy(c net.Conn, path string) (uint32, error) {
	if cred, ok := PeerCred(c); ok {
		return cred.UID, nil
	}
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return 0, fmt.Errorf("safesocket: %s: %w", path, err)
	}
	return st.Uid, nil
}
