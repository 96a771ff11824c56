// Package origin says where in the code of the user something happened: file:line
// with the folder of the file, past the frames of Go and of this library.
package origin

import (
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

// library is the path of what is not code of the user, with all below it.
const library = "github.com/steadytop/steadytop/runtime"

// most is how many frames are looked at.
const most = 256

// Here returns the innermost place in the code of the user on the stack of the
// caller, as "ship/actors.go:107"; "" if there is none. In a deferred function
// that is where the panic, or the call of runtime.Goexit, came from.
func Here() string {
	pcs := make([]uintptr, most)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if f.Function != "" && !isLibrary(f) && !isStandard(f, sources(), program()) {
			return Place(f.File, f.Line)
		}
		if !more {
			return ""
		}
	}
}

// Place shortens a place in a file to its folder, its name and the line.
func Place(file string, line int) string {
	folder := filepath.Base(filepath.Dir(file))
	return folder + "/" + filepath.Base(file) + ":" + strconv.Itoa(line)
}

// isLibrary reports whether the frame is in this library. Its tests play the user.
func isLibrary(f runtime.Frame) bool {
	rest, ok := strings.CutPrefix(f.Function, library)
	return ok && (rest[0] == '.' || rest[0] == '/') && !strings.HasSuffix(f.File, "_test.go")
}

// isStandard reports whether the frame is in the standard library. Where the
// paths of files were trimmed, that has to be told by the path of the package: it
// has no dot in its first part, which that of a program may lack, too.
func isStandard(f runtime.Frame, root, own string) bool {
	if root != "" {
		return strings.HasPrefix(f.File, root)
	}
	pkg := packageOf(f.Function)
	first, _, _ := strings.Cut(pkg, "/")
	if strings.Contains(first, ".") || pkg == "main" {
		return false
	}
	return own == "" || pkg != own && !strings.HasPrefix(pkg, own+"/")
}

// packageOf returns the path of the package of a function: main for main.run.func1.
func packageOf(function string) string {
	folder := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[folder:], ".")
	return function[:folder] + name
}

// sources is the folder of the sources of Go, as it stands in frames; "" when the
// program was built with -trimpath.
var sources = sync.OnceValue(func() string {
	const known = "runtime/panic.go"
	f := runtime.FuncForPC(reflect.ValueOf(runtime.Goexit).Pointer())
	file, _ := f.FileLine(f.Entry())
	root, _ := strings.CutSuffix(filepath.ToSlash(file), known)
	return root
})

// program is the path of the main module.
var program = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Path
	}
	return ""
})
