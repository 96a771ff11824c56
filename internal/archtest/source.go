package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"
)

// Limits of a file and of a function, in lines.
const (
	MaxFileLines = 500
	MaxFuncLines = 80
)

// File is one parsed Go file of the module.
type File struct {
	Path      string // relative to the root, with slashes
	Lines     int
	Generated bool
	Syntax    *ast.File
	Fset      *token.FileSet
}

// Test reports whether the file is compiled by `go test` only.
func (f *File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Folder returns the folder of the file, "." for the root.
func (f *File) Folder() string { return path.Dir(f.Path) }

func (f *File) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", f.Path, f.Fset.Position(pos).Line)
}

// Parse reads every Go file below root, of all platforms: what is built on
// another system has to follow the rules too. It skips testdata and folders
// whose names begin with a dot or an underscore, as the go command does.
func Parse(root fs.FS) ([]*File, error) {
	var files []*File
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (base == "testdata" || base[0] == '.' || base[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := parse(root, name)
		if err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("archtest: parse: %w", err)
	}
	return files, nil
}

func parse(root fs.FS, name string) (*File, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &File{
		Path:      name,
		Lines:     strings.Count(string(text), "\n"),
		Generated: ast.IsGenerated(syntax),
		Syntax:    syntax,
		Fset:      fset,
	}, nil
}
