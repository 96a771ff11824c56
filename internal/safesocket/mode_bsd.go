//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package safesocket

import "os"

// maxPath is the longest path that binds.
const maxPath = 103

// restrict does nothing: these systems refuse to change the mode of a socket
// that is not bound. The folder, which nobody else can enter, protects it.
func restrict(int) error { return nil }

// restrictPath makes the file private after it was bound.
func restrictPath(path string) error { return os.Chmod(path, 0o600) }
