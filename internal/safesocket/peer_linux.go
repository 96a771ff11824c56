package safesocket

import (
	"net"
	"syscall"

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
	return credOf(raw)
}

func credOf(raw syscall.RawConn) (Cred, bool) {
	var ucred *unix.Ucred
	var err error
	if cerr := raw.Control(func(fd uintptr) {
		ucred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); cerr != nil || err != nil {
		return Cred{}, false
	}
	return Cred{UID: ucred.Uid, PID: int(ucred.Pid)}, true
}
