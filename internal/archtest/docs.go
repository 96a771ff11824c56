package archtest

import (
	"go/ast"
	"go/token"
	"strings"
)

// PackageDocs finds packages without a package comment, and those with more
// than one: the parts would be shown in the order of file names.
func PackageDocs(files []*File) []Problem {
	docs := map[string][]string{}
	for _, f := range files {
		if f.Test() {
			continue
		}
		key := f.Folder() + " (package " + f.Syntax.Name.Name + ")"
		docs[key] = append(docs[key], nil...)
		if f.Syntax.Doc.Text() != "" {
			docs[key] = append(docs[key], f.Path)
		}
	}
	var out []Problem
	for key, in := range docs {
		switch len(in) {
		case 0:
			out = append(out, problem(key, "has no package comment"))
		case 1:
		default:
			out = append(out, problem(key, "has %d package comments: %s", len(in), strings.Join(in, ", ")))
		}
	}
	return sorted(out)
}

// ExportedDocs finds exported names without a comment, in all packages that
// can be imported. The comment of a function, method or type begins with its
// name; a group of constants or variables may share one.
func ExportedDocs(files []*File) []Problem {
	var out []Problem
	for _, f := range files {
		if f.Test() || f.Generated || f.Syntax.Name.Name == "main" {
			continue
		}
		for _, d := range f.Syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) {
					out = append(out, f.named(d.Name, d.Doc)...)
				}
			case *ast.GenDecl:
				out = append(out, f.declared(d)...)
			}
		}
	}
	return sorted(out)
}

func (f *File) declared(d *ast.GenDecl) []Problem {
	var out []Problem
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if !s.Name.IsExported() {
				continue
			}
			doc := s.Doc
			if doc == nil {
				doc = d.Doc
			}
			out = append(out, f.named(s.Name, doc)...)
			out = append(out, f.methods(s)...)
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					out = append(out, problem(f.at(name.Pos()), "%s %s has no comment", kind(d.Tok), name.Name))
				}
			}
		}
	}
	return out
}

// methods looks at the methods that an exported interface asks for.
func (f *File) methods(s *ast.TypeSpec) []Problem {
	it, ok := s.Type.(*ast.InterfaceType)
	if !ok {
		return nil
	}
	var out []Problem
	for _, m := range it.Methods.List {
		if len(m.Names) == 1 && m.Names[0].IsExported() && m.Doc == nil && m.Comment == nil {
			out = append(out, problem(f.at(m.Pos()), "method %s.%s has no comment", s.Name.Name, m.Names[0].Name))
		}
	}
	return out
}

func (f *File) named(name *ast.Ident, doc *ast.CommentGroup) []Problem {
	text := doc.Text()
	if text == "" {
		return []Problem{problem(f.at(name.Pos()), "%s has no comment", name.Name)}
	}
	words := strings.Fields(text)
	if len(words) > 1 && (words[0] == "A" || words[0] == "An" || words[0] == "The") {
		words = words[1:]
	}
	if words[0] != name.Name {
		return []Problem{problem(f.at(name.Pos()), "the comment of %s begins with %q, not with its name", name.Name, words[0])}
	}
	return nil
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

func kind(t token.Token) string {
	if t == token.CONST {
		return "constant"
	}
	return "variable"
}
