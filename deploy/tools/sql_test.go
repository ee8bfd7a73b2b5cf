package tools

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// statement is how SQL begins. Keywords are written in capitals, as everywhere in schemas/.
var statement = regexp.MustCompile("^[\"`]\\s*(SELECT|INSERT INTO|ALTER TABLE|CREATE (TABLE|VIEW|OR)|DROP (TABLE|PARTITION|VIEW)|TRUNCATE|DELETE FROM|OPTIMIZE TABLE|WITH)\\s")

// TestSQLStandsInSchemas looks for statements in Go code: they belong into schemas/, one per file,
// where an analyst can paste them.
func TestSQLStandsInSchemas(t *testing.T) {
	checked := 0
	for _, root := range []string{"../../pkg", "../../services", "../../schemas"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			checked++
			for _, at := range statementsIn(t, path, nil) {
				t.Errorf("%s: SQL in Go code; put it into schemas/", at)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if checked == 0 {
		t.Fatal("no Go file was found")
	}
}

func TestStatementsAreFound(t *testing.T) {
	f := func(expression string, want int) {
		t.Helper()
		source := "package p\n\nvar x = " + expression + "\n"
		if got := len(statementsIn(t, "x.go", source)); got != want {
			t.Errorf("%s: found %d statements, want %d", expression, got, want)
		}
	}
	f("`\n  SELECT 1`", 1)
	f(`"DROP TABLE " + name`, 1)
	f(`"INSERT INTO t VALUES"`, 1)
	f(`"select one of these"`, 0)
	f(`"Selection"`, 0)
}

// statementsIn parses one file, read from source unless that is nil.
func statementsIn(t *testing.T, path string, source any) (found []token.Position) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && statement.MatchString(lit.Value) {
			found = append(found, set.Position(lit.Pos()))
		}
		return true
	})
	return found
}
