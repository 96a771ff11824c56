package steady

import (
	"path/filepath"
	"strings"

	"github.com/steadytop/steadytop/internal/stall"
)

// endless are the waits of goroutines that nothing ends by itself, as stacks
// name them. One that sleeps, or runs, or is in a system call, goes on.
var endless = []string{
	"sync.", "semacquire", "chan receive", "chan send", "select", "IO wait", "coroutine",
}

// doingOf reads off a stack, as runtime.Stack writes it, what its goroutine does:
// the head of the stack says what it waits for, if it does.
func doingOf(stack string) stall.Doing {
	head, rest, _ := strings.Cut(stack, "\n")
	_, head, ok := strings.Cut(head, "[")
	if !ok {
		return stall.Doing{}
	}
	head, _, _ = strings.Cut(head, "]")
	head, _, _ = strings.Cut(head, ",")
	d := stall.Doing{Works: true, What: head, Where: firstOwn(rest)}
	for _, wait := range endless {
		if strings.HasPrefix(head, wait) {
			d.Works = false
		}
	}
	return d
}

// firstOwn returns file:line of the first call in a stack that is neither of the
// standard library nor of this one.
func firstOwn(stack string) string {
	for {
		var call, at string
		call, stack, _ = strings.Cut(stack, "\n")
		at, stack, _ = strings.Cut(stack, "\n")
		switch {
		case at == "":
			return ""
		case strings.HasPrefix(call, "created by ") || foreign(call):
			continue
		}
		at, _, _ = strings.Cut(strings.TrimSpace(at), " +")
		return filepath.Base(filepath.Dir(at)) + "/" + filepath.Base(at)
	}
}

// foreign reports whether a call is not one of the user's code. The path of a
// module has a dot in its first element, that of the standard library has none.
func foreign(call string) bool {
	if strings.HasPrefix(call, modulePath+"/runtime.") || strings.HasPrefix(call, modulePath+"/runtime/") {
		return true
	}
	if strings.HasPrefix(call, "main.") {
		return false
	}
	first, _, deep := strings.Cut(call, "/")
	if deep {
		return !strings.Contains(first, ".")
	}
	pkg, _, _ := strings.Cut(call, ".")
	return standard[pkg] || pkg == "panic("
}

// standard are packages of the standard library without a slash in their path in
// which code may wait.
var standard = map[string]bool{
	"runtime": true, "sync": true, "time": true, "net": true, "os": true, "syscall": true, "io": true, "bufio": true,
	"context": true, "iter": true, "slices": true, "maps": true, "strings": true, "bytes": true, "sort": true,
	"errors": true, "fmt": true, "reflect": true, "log": true,
}
