package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// One process can open one engine, so the tests share it.
var (
	shared      *Engine
	libraryPath string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "engine")
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(dir)
	if libraryPath, err = fetch.Library(context.Background(), slog.Default()); err != nil {
		return failed(err)
	}
	if shared, err = Open(libraryPath, dir, Options{MaxConnections: 4, MaxMemory: 3 << 30}); err != nil {
		return failed(err)
	}
	code := m.Run()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := shared.Close(ctx); err != nil {
		return failed(err)
	}
	return code
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "FAIL:", err)
	return 1
}

func connect(t *testing.T, settings map[string]string) *Conn {
	t.Helper()
	c, err := shared.Connect(context.Background(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// text runs a statement and returns its output as TabSeparated.
func text(t *testing.T, c *Conn, sql string, params ...Param) string {
	t.Helper()
	r, err := c.Exec(context.Background(), Statement{SQL: sql, Format: "TabSeparated", Params: params})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return string(r.Data)
}

func codeOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

func TestExec(t *testing.T) {
	c := connect(t, map[string]string{"max_threads": "3", "log_comment": "it's a \"test\""})
	f := func(sql, want string, params ...Param) {
		t.Helper()
		if got := text(t, c, sql, params...); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
	f("SELECT getSetting('max_threads'), getSetting('log_comment')", "3\tit\\'s a \"test\"\n")
	f("SELECT {a:String} = 'x\\n\\\\', {b:UInt8} + 1, {c:Nullable(String)}", "1\t8\t\\N\n",
		Param{"a", Escape("x\n\\")}, Param{"b", "7"}, Param{"c", "\\N"})
	f("SELECT length('a\x00b')", "3\n")
	f("SELECT timezone()", "UTC\n")
	f("SELECT value FROM system.server_settings WHERE name = 'max_server_memory_usage'", "3221225472\n")
	f("SELECT currentDatabase()", "default\n")
	if err := c.Use(context.Background(), "system"); err != nil {
		t.Fatal(err)
	}
	f("SELECT currentDatabase()", "system\n")
	side, err := c.Side(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer side.Close()
	if got := text(t, side, "SELECT currentDatabase(), getSetting('max_threads')"); got != "system\t3\n" {
		t.Errorf("side connection: %q", got)
	}
}

func TestErrors(t *testing.T) {
	c := connect(t, nil)
	f := func(sql string, want Error) {
		t.Helper()
		_, err := c.Exec(context.Background(), Statement{SQL: sql})
		var e *Error
		if !errors.As(err, &e) || e.Code != want.Code || e.Name != want.Name || !strings.Contains(e.Message, want.Message) {
			t.Errorf("%s: %#v, want %#v", sql, e, want)
		}
	}
	f("SELECT * FROM nothing", Error{60, "UNKNOWN_TABLE", "'nothing'"})
	f("SELECT 1 SETTINGS nothing = 1", Error{115, "UNKNOWN_SETTING", "Unknown setting 'nothing'"})
	f("SELECT throwIf(1, 'said (so)')", Error{395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", "said (so)"})
	f("1 + 1", Error{62, "SYNTAX_ERROR", ""})
	_, err := shared.Connect(context.Background(), map[string]string{"nothing": "1"})
	if codeOf(err) != CodeUnknownSetting {
		t.Errorf("unknown setting: %v", err)
	}
	if _, err := shared.Connect(context.Background(), map[string]string{"max_threads": "many"}); codeOf(err) != 36 || !strings.Contains(err.Error(), "many") {
		t.Errorf("invalid value of a setting: %v", err)
	}
}

func TestParseError(t *testing.T) {
	f := func(text string, want error) {
		t.Helper()
		if d := cmp.Diff(want, parseError(text)); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
	f("", nil)
	f("Code: 60. DB::Exception: Table a.b does not exist. (UNKNOWN_TABLE)", &Error{60, "UNKNOWN_TABLE", "Table a.b does not exist"})
	f("Error: Code: 115. DB::Exception: Code: 115. DB::Exception: Unknown (x). (UNKNOWN_SETTING) (version 26.7.2.1). (UNKNOWN_SETTING)", &Error{115, "UNKNOWN_SETTING", "Unknown (x)"})
	f("Invalid or closed connection", &Error{CodeUnknownException, "UNKNOWN_EXCEPTION", "Invalid or closed connection"})
}

func TestStream(t *testing.T) {
	c := connect(t, nil)
	s, err := c.Stream(context.Background(), Statement{SQL: "SELECT number FROM numbers({n:UInt64})", Format: "TabSeparated", Params: []Param{{"n", "200000"}}})
	if err != nil {
		t.Fatal(err)
	}
	rows, lines, chunks := uint64(0), 0, 0
	for ; ; chunks++ {
		data, stats, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		rows += stats.Rows
		lines += strings.Count(string(data), "\n")
	}
	s.Close()
	if rows != 200000 || lines != 200000 || chunks < 2 {
		t.Errorf("%d rows, %d lines, %d chunks; want 200000 rows in several chunks", rows, lines, chunks)
	}
	early, err := c.Stream(context.Background(), Statement{SQL: "SELECT number FROM numbers(100000000000)", Format: "Native"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := early.Next(); err != nil {
		t.Error(err)
	}
	early.Close()
	if got := text(t, c, "SELECT 1"); got != "1\n" {
		t.Errorf("after a stream closed early: %q", got)
	}
	if _, err := c.Stream(context.Background(), Statement{SQL: "SHOW TABLES", Format: "Native"}); codeOf(err) != 36 {
		t.Errorf("a stream of SHOW: %v, want code 36", err)
	}
}

func TestInsert(t *testing.T) {
	c := connect(t, nil)
	text(t, c, "CREATE TABLE inserted (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
	f := func(want string, err error, finish bool, parts ...string) {
		t.Helper()
		in, e := c.Insert(context.Background(), Statement{SQL: "INSERT INTO inserted (n, s)", Format: "CSV"})
		if e != nil {
			t.Fatal(e)
		}
		for _, p := range parts {
			if _, e = in.Write([]byte(p)); e != nil {
				break
			}
		}
		if e == nil && finish {
			_, e = in.Done()
		}
		in.Close()
		if codeOf(e) != codeOf(err) {
			t.Errorf("%q: error %v, want %v", parts, e, err)
		}
		if got := text(t, c, "SELECT * FROM inserted ORDER BY n"); got != want {
			t.Errorf("%q: %q, want %q", parts, got, want)
		}
	}
	f("1\tx\\ny\n2\tz\n", nil, true, "1,\"x", "\ny\"\n", "", "2,z\n")
	f("1\tx\\ny\n2\tz\n", nil, false, "3,never done\n")
	f("1\tx\\ny\n2\tz\n", &Error{Code: 27}, true, "not a number,x\n")
	if _, err := c.Insert(context.Background(), Statement{SQL: "INSERT INTO nothing", Format: "CSV"}); codeOf(err) != 60 {
		t.Errorf("insert into a missing table: %v", err)
	}
}

func TestClassify(t *testing.T) {
	c := connect(t, nil)
	f := func(sql string, class Class, statements int) {
		t.Helper()
		a, err := c.Classify(sql)
		if d := cmp.Diff(Analysis{class, statements}, a); err != nil || d != "" {
			t.Errorf("%s: error %v, %s", sql, err, d)
		}
	}
	f("SELECT 1", ReadOnly, 1)
	f("SELECT 1; SELECT 2", ReadOnly, 2)
	f("WITH 1 AS x INSERT INTO t SELECT x", Mutating, 1)
	f("CREATE FUNCTION f AS x -> x", MutatingGlobal, 1)
	f("SELECT 1 INTO OUTFILE 'x'", Control, 1)
	f("SELEC 1", Unknown, 0)
}

func TestCancel(t *testing.T) {
	const slow = "SELECT max(sipHash64(number)) FROM numbers(100000000000)"
	f := func(what string, call func(context.Context, *Conn) error) {
		t.Helper()
		c := connect(t, nil)
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		begun := time.Now()
		if err := call(ctx, c); !errors.Is(err, context.DeadlineExceeded) || codeOf(err) != CodeQueryCancelled {
			t.Errorf("%s: error %v", what, err)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%s: ended after %v", what, took)
		}
		if got := text(t, c, "SELECT 1"); got != "1\n" {
			t.Errorf("%s: the connection answers %q afterwards", what, got)
		}
	}
	f("exec", func(ctx context.Context, c *Conn) error {
		_, err := c.Exec(ctx, Statement{SQL: slow})
		return err
	})
	f("stream", func(ctx context.Context, c *Conn) error {
		s, err := c.Stream(ctx, Statement{SQL: slow, Format: "Native"})
		if err != nil {
			return err
		}
		defer s.Close()
		_, _, err = s.Next()
		return err
	})
	f("insert from select", func(ctx context.Context, c *Conn) error {
		_, err := c.Exec(ctx, Statement{SQL: "INSERT INTO FUNCTION null('n UInt64') " + slow})
		return err
	})
}

// TestCutOffIsNoSuccess: a statement that ends without an error has given all of its rows, whenever its
// context ends.
func TestCutOffIsNoSuccess(t *testing.T) {
	const rows = 300_000
	c := connect(t, nil)
	whole, cut := 0, 0
	for i := range 400 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*50*time.Microsecond)
		r, err := c.Exec(ctx, Statement{SQL: fmt.Sprintf("SELECT number FROM numbers(%d)", rows), Format: "TabSeparated"})
		cancel()
		if err != nil {
			cut++
			continue
		}
		whole++
		if n := bytes.Count(r.Data, []byte("\n")); n != rows {
			t.Fatalf("after %d whole and %d cut ones: %d rows without an error, want %d", whole, cut, n, rows)
		}
	}
	t.Logf("%d whole, %d cut off", whole, cut)
}

// TestFailedStatementLeavesNothing: the answer to a statement holds nothing of a failed one before it.
func TestFailedStatementLeavesNothing(t *testing.T) {
	const rows = 1_000_000
	c := connect(t, nil)
	for i := range 20 {
		failing := fmt.Sprintf("SELECT throwIf(number = %d) FROM numbers(%d)", rows/20*(i+1)-1, rows)
		if _, err := c.Exec(context.Background(), Statement{SQL: failing, Format: "TabSeparated"}); err == nil {
			t.Fatalf("%s: no error", failing)
		}
		r, err := c.Exec(context.Background(), Statement{SQL: "SELECT 42", Format: "TabSeparated"})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(r.Data); got != "42\n" {
			t.Fatalf("after %s: %d bytes, want 42 alone", failing, len(got))
		}
	}
}

// TestConnectionsAreBounded takes all four and waits for a fifth.
func TestConnectionsAreBounded(t *testing.T) {
	var taken []*Conn
	for range 4 {
		c, err := shared.Connect(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, c)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := shared.Connect(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a fifth connection: error %v, want to wait", err)
	}
	if err := shared.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Close with connections in use: error %v, want to wait", err)
	}
	for _, c := range taken {
		c.Close()
	}
}

func TestParallel(t *testing.T) {
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 20 {
				c, err := shared.Connect(context.Background(), map[string]string{"max_block_size": fmt.Sprint(1000 + i)})
				if err != nil {
					t.Error(err)
					return
				}
				r, err := c.Exec(context.Background(), Statement{SQL: "SELECT getSetting('max_block_size'), {j:UInt64}", Format: "TabSeparated", Params: []Param{{"j", fmt.Sprint(j)}}})
				if want := fmt.Sprintf("%d\t%d\n", 1000+i, j); err != nil || string(r.Data) != want {
					t.Errorf("%q, error %v; want %q", r.Data, err, want)
				}
				c.Close()
			}
		})
	}
	all.Wait()
}

func TestOneEngine(t *testing.T) {
	if _, err := Open(libraryPath, t.TempDir(), Options{}); !errors.Is(err, ErrOpen) {
		t.Errorf("a second engine: error %v, want %v", err, ErrOpen)
	}
}

// TestSignalHandlers makes the Go runtime catch a bad memory access, which it cannot when the library
// has put its own signal handlers in place.
func TestSignalHandlers(t *testing.T) {
	connect(t, nil)
	caught := func() (r any) {
		defer func() { r = recover() }()
		engines := map[string]*Engine{}
		return engines["none"].version
	}()
	if err, ok := caught.(error); !ok || !strings.Contains(err.Error(), "nil pointer") {
		t.Errorf("recovered %v, want the runtime's nil pointer error", caught)
	}
}
