package safesocket

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

const (
	suffix     = ".sock"
	lockSuffix = ".lock"
	maxName    = 64 // bytes of a service name in a file name
	hashLen    = 8
)

// fileName returns the name of a service as a part of a file name: letters,
// digits and ". _ -", at most room bytes. What does not fit is replaced by a
// hash of the whole name.
func fileName(name string, room int) (string, error) {
	clean := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, name)
	clean = strings.TrimLeft(clean, ".-")
	if clean == "" {
		clean = "service"
	}
	room = min(room, maxName)
	if len(clean) <= room {
		return clean, nil
	}
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:])[:hashLen]
	switch {
	case room >= hashLen+2:
		return clean[:room-hashLen-1] + "~" + hash, nil
	case room >= hashLen:
		return hash, nil
	}
	return "", ErrPathTooLong
}

// base returns the path without suffix of the n-th socket (from 0) of a
// service in dir: <name>-<pid>, with "+2" and so on after the name for more
// than one of the same name in the same process.
func base(dir, name string, pid, n int) (string, error) {
	tail := "-" + strconv.Itoa(pid)
	if n > 0 {
		tail = "+" + strconv.Itoa(n+1) + tail
	}
	room := maxPath - len(dir) - 1 - len(tail) - len(suffix)
	file, err := fileName(name, room)
	if err != nil {
		return "", fmt.Errorf("%w: folder %s leaves %d bytes for a name; set %s to a shorter one", err, dir, max(room, 0), EnvDir)
	}
	return dir + "/" + file + tail, nil
}

// parse returns what a file name tells about its service.
func parse(file string) (name string, pid int) {
	stem := strings.TrimSuffix(file, suffix)
	i := strings.LastIndexByte(stem, '-')
	if i <= 0 {
		return stem, 0
	}
	pid, err := strconv.Atoi(stem[i+1:])
	if err != nil || pid <= 0 {
		return stem, 0
	}
	name = stem[:i]
	if p := strings.LastIndexByte(name, '+'); p > 0 {
		if _, err := strconv.Atoi(name[p+1:]); err == nil {
			name = name[:p]
		}
	}
	return name, pid
}
