package safesocket

import (
	"net"

	"golang.org/x/sys/unix"
)

const canIdentify = true

func peerCred(conn net.Conn) (Cred, bool) {
	u, ok := conn.(*net.UnixConn)
	if !ok {
		return Cred{}, false
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return Cred{}, false
	}
	var xucred *unix.Xucred
	var pid int
	if cerr := raw.Control(func(fd uintptr) {
		if xucred, err = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED); err != nil {
			return
		}
		if p, perr := unix.GetsockoptInt(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERPID); perr == nil {
			pid = p
		}
	}); cerr != nil || err != nil {
		return Cred{}, false
	}
	return Cred{UID: xucred.Uid, PID: pid}, true
}
