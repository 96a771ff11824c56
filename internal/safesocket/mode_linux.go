package safesocket

import "golang.org/x/sys/unix"

// maxPath is the longest path that binds.
const maxPath = 107

// restrict makes a socket private before it is bound: on linux the file gets
// the mode of the descriptor, so there is no moment at which others could
// connect, whatever the umask is.
func restrict(fd int) error { return unix.Fchmod(fd, 0o600) }

func restrictPath(string) error { return nil }
