package sqltext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLex(t *testing.T) {
	f := func(sql string, want ...string) {
		t.Helper()
		var got []string
		for _, token := range Lex(sql) {
			got = append(got, [...]string{"w", "q", "s", "n", "p", "broken"}[token.Kind]+":"+token.Text)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", sql, d)
		}
	}
	f("SELECT a1,_b", "w:SELECT", "w:a1", "p:,", "w:_b")
	f("'a''b\\'c\\n\\x41'", "s:a'b'c\nA")
	f("`a``b` \"c\\\"d\"", "q:a`b", `q:c"d`)
	f("1.5e10 0x1F", "n:1.5e10", "n:0x1F")
	f("a -- b\nc # d\ne #!f\ng", "w:a", "w:c", "w:e", "w:g")
	f("a/* b /* c */ d */e", "w:a", "w:e")
	f("$x$ 'a' $x$ $$b$$", "s: 'a' ", "s:b")
	f("‘a’ “b”", "s:a", "q:b")
	f("a\u00a0b\ufeffc", "w:a", "w:b", "w:c")
	f("'open", "broken:'open")
	f("a /* open", "w:a", "broken:/* open")
	f("x'41' {p:UInt8}", "w:x", "s:41", "p:{", "w:p", "p::", "w:UInt8", "p:}")
}

func TestFirst(t *testing.T) {
	f := func(sql, want string, reads bool) {
		t.Helper()
		s := Parse(sql)
		if s.First() != want || s.Reads() != reads {
			t.Errorf("%s: first word %q, reads %v; want %q, %v", sql, s.First(), s.Reads(), want, reads)
		}
	}
	f("select 1", "SELECT", true)
	f("/* x */ ((SELECT 1))", "SELECT", true)
	f("with 1 as x select x", "WITH", true)
	f("show tables", "SHOW", false)
	f("'SELECT'", "", false)
	f("", "", false)
}

func TestOutput(t *testing.T) {
	f := func(sql, want, format string) {
		t.Helper()
		got, name := Parse(sql).Output()
		if got != want || name != format {
			t.Errorf("%s: %q and %q, want %q and %q", sql, got, name, want, format)
		}
	}
	f("SELECT 1", "SELECT 1", "")
	f("SELECT 1 ; ;", "SELECT 1", "")
	f("SELECT 1 format JSON", "SELECT 1 ", "JSON")
	f("SELECT 1 FORMAT `TSV` SETTINGS a = 1;", "SELECT 1  SETTINGS a = 1", "TSV")
	f("SELECT 1 SETTINGS a = 1 FORMAT CSV -- x", "SELECT 1 SETTINGS a = 1 ", "CSV")
	f("SELECT format('{}', a) FROM t", "SELECT format('{}', a) FROM t", "")
	f("SELECT format FROM t", "SELECT format FROM t", "")
	f("SELECT * FROM (SELECT 1 FORMAT x)", "SELECT * FROM (SELECT 1 FORMAT x)", "")
	f(";", "", "")
}

func TestInsert(t *testing.T) {
	f := func(sql string, want Insert) {
		t.Helper()
		got, ok := Parse(sql).Insert()
		if d := cmp.Diff(want, got); !ok || d != "" {
			t.Errorf("%q: taken %v, %s", sql, ok, d)
		}
	}
	f("INSERT INTO t VALUES (1)", Insert{"INSERT INTO t ", "t", "", "Values", " (1)"})
	f("insert into table `d`.t (a, `b c`) settings x = 1 values", Insert{"insert into table `d`.t (a, `b c`) settings x = 1 ", "`d`.t", "(a, `b c`)", "Values", ""})
	f("INSERT INTO t FORMAT CSV\n 1,2\n", Insert{"INSERT INTO t ", "t", "", "CSV", " 1,2\n"})
	f("INSERT INTO t FORMAT CSV 1,2\r\n", Insert{"INSERT INTO t ", "t", "", "CSV", "1,2\r\n"})
	f("INSERT INTO t FORMAT RowBinary\n;", Insert{"INSERT INTO t ", "t", "", "RowBinary", ";"})
	f("INSERT INTO t FORMAT Native ; ", Insert{"INSERT INTO t ", "t", "", "Native", ""})
	f("INSERT INTO {t:Identifier} (* EXCEPT(a)) FORMAT Native", Insert{"INSERT INTO {t:Identifier} (* EXCEPT(a)) ", "{t:Identifier}", "(* EXCEPT(a))", "Native", ""})
	f("INSERT INTO d.{t:Identifier} (a);", Insert{"INSERT INTO d.{t:Identifier} (a)", "d.{t:Identifier}", "(a)", "", ""})
	f("INSERT INTO FUNCTION file('x', 'CSV') (a) VALUES (1)", Insert{"INSERT INTO FUNCTION file('x', 'CSV') (a) ", "FUNCTION file('x', 'CSV')", "(a)", "Values", " (1)"})
	for _, sql := range []string{
		"SELECT 1", "INSERT INTO t SELECT 1", "INSERT INTO t (a) SELECT 1", "INSERT INTO t (SELECT 1)", "INSERT INTO t WITH 1 AS x SELECT x",
		"WITH 1 AS x INSERT INTO t SELECT x", "INSERT INTO t FROM INFILE 'x' FORMAT CSV", "INSERT INTO t SETTINGS a = 1 SELECT 1",
	} {
		if in, ok := Parse(sql).Insert(); ok {
			t.Errorf("%s is taken for an insert of data: %v", sql, in)
		}
	}
}

func TestNames(t *testing.T) {
	f := func(list string, want ...string) {
		t.Helper()
		got, ok := Names(list)
		if d := cmp.Diff(want, got); ok != (want != nil) || d != "" {
			t.Errorf("%s: %v, %s", list, ok, d)
		}
	}
	f("(a, `b c`, n.x)", "a", "b c", "n.x")
	f("(* EXCEPT(a))")
	f("(a b)")
	f("()")
	f("")
}

func TestAssignments(t *testing.T) {
	f := func(sql string, want ...Assignment) {
		t.Helper()
		got, ok := Parse(sql).Assignments()
		if d := cmp.Diff(want, got); ok != (want != nil) || d != "" {
			t.Errorf("%s: %v, %s", sql, ok, d)
		}
	}
	f("SET a = 1, `b` = 'it''s', c = -2.5;", Assignment{"a", "1", false}, Assignment{"b", "it's", false}, Assignment{"c", "-2.5", false})
	f("set a = default", Assignment{"a", "default", true})
	f("SET a = {'k': 'v', 'l': [1, 2]}, b = 1", Assignment{"a", "{'k': 'v', 'l': [1, 2]}", false}, Assignment{"b", "1", false})
	f("SET param_x = 'y'", Assignment{"param_x", "y", false})
	f("SET ROLE x")
	f("SET a =")
	f("SELECT 1")
}

func TestSettings(t *testing.T) {
	f := func(sql string, want ...Assignment) {
		t.Helper()
		if d := cmp.Diff(want, Parse(sql).Settings()); d != "" {
			t.Errorf("%s: %s", sql, d)
		}
	}
	f("SELECT * FROM (SELECT 1 SETTINGS a = 1, b = 'x') SETTINGS c = 0", Assignment{"a", "1", false}, Assignment{"b", "x", false}, Assignment{"c", "0", false})
	f("SELECT 'SETTINGS a = 1', settings = 1 FROM t")
}

func TestShapes(t *testing.T) {
	f := func(sql string, several, temporary, totals bool) {
		t.Helper()
		s := Parse(sql)
		if s.Several() != several || s.Temporary() != temporary || s.Has("WITH", "TOTALS") != totals {
			t.Errorf("%s: several %v, temporary %v, totals %v; want %v, %v, %v", sql, s.Several(), s.Temporary(), s.Has("WITH", "TOTALS"), several, temporary, totals)
		}
	}
	f("SELECT 1;;", false, false, false)
	f("SELECT ';'; -- x", false, false, false)
	f("SELECT 1; /* x */ SELECT 2", true, false, false)
	f("CREATE TEMPORARY TABLE t (a Int8)", false, true, false)
	f("create or replace temporary view v as select 1", false, true, false)
	f("CREATE TABLE temporary (a Int8)", false, false, false)
	f("SHOW TEMPORARY TABLES", false, false, false)
	f("SELECT a, count() GROUP BY a WITH TOTALS", false, false, true)
}

func TestCalls(t *testing.T) {
	f := func(sql string, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, Parse(sql).Calls()); d != "" {
			t.Errorf("%s: %s", sql, d)
		}
	}
	f("SELECT Count(*), 'url(1)' FROM `U\\x52L` /* ( */ ('x') -- file(", "count", "url")
	f("SELECT * FROM {f:Identifier}('x')", "{}")
	f("SELECT \"file\"('x') IN (1)", "file", "in")
}

// FuzzParse takes any text: no statement may make it fail, and tokens lie in order within the text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"SELECT 'a' FORMAT JSON", "INSERT INTO t (a) VALUES (1), (2)", "INSERT INTO FUNCTION f(", "SET a = {", "$x$ ‘a", "/* /* */",
		"INSERT INTO {t:Identifier", "SET a = 1,", "\\", "'\\x4", "SELECT 1 SETTINGS a =",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		s := Parse(sql)
		end := 0
		for _, token := range s.Tokens {
			if token.Start < end || token.End <= token.Start || token.End > len(sql) {
				t.Fatalf("token %+v behind %d in %q", token, end, sql)
			}
			end = token.End
		}
		if in, ok := s.Insert(); ok && !strings.HasPrefix(sql, in.Head) {
			t.Errorf("head %q does not start %q", in.Head, sql)
		}
		s.Output()
		s.Assignments()
		s.Settings()
		s.Calls()
		Names(sql)
	})
}
