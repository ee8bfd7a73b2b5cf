package chserver

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

func TestWrongPassword(t *testing.T) {
	f := func(user, password string, change ...func(*clickhouse.Options)) {
		t.Helper()
		err := open(t, user, password, change...).Ping(context.Background())
		if codeOf(err) != codeAuthenticationFailed && (err == nil || !strings.Contains(err.Error(), "code: 516")) {
			t.Errorf("%s with password %q: error is %v, want code 516", user, password, err)
		}
	}
	for _, change := range [][]func(*clickhouse.Options){nil, {overHTTP}} {
		f("default", "wrong", change...)
		f("analyst", "", change...)
		f("analyst", "wrong", change...)
		f("nobody", "", change...)
	}
	if err := open(t, "analyst", analystPassword).Ping(context.Background()); err != nil {
		t.Error(err)
	}
}

// protected makes a table that the analyst may read but not change.
func protected(t *testing.T) {
	t.Helper()
	c := open(t, "default", "")
	execSQL(t, c, "CREATE DATABASE IF NOT EXISTS protected")
	execSQL(t, c, "CREATE TABLE IF NOT EXISTS protected.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
	execSQL(t, c, "TRUNCATE TABLE protected.t")
	execSQL(t, c, "INSERT INTO protected.t SELECT number, toString(number) FROM numbers(10)")
	execSQL(t, c, "CREATE OR REPLACE VIEW protected.v AS SELECT n FROM protected.t")
}

// allowed are statements that the analyst may run.
var allowed = []string{
	"SELECT count() FROM protected.t",
	"select /* url( */ n from protected.t -- file('x')",
	"WITH x AS (SELECT n FROM protected.t) SELECT 'INSERT INTO t', 'url(', max(n) FROM x",
	"SELECT * FROM protected.v",
	"SELECT `n`, \"s\" FROM protected.t WHERE s IN ('file(', 'a''b', 'c\\'d')",
	"SELECT * FROM numbers(3)",
	"SELECT * FROM view(SELECT 1)",
	"SELECT * FROM values('a UInt8', 1, 2)",
	"SHOW TABLES FROM protected",
	"SHOW DATABASES",
	"SHOW CREATE TABLE protected.t",
	"DESCRIBE TABLE protected.t",
	"EXISTS TABLE protected.t",
	"EXPLAIN SELECT * FROM protected.t",
	"EXPLAIN AST SELECT 1",
	"(SELECT 1) UNION ALL (SELECT 2)",
	"SET max_threads = 2",
	"SET max_memory_usage = 1000000, max_execution_time = 5",
	"USE protected",
	"SELECT format('{} {}', 'a', 'b'), formatReadableSize(1000)",
	"SELECT 1 AS settings, 2 AS profile, settings = 1 AND profile = 2",
	"SELECT * FROM (SELECT 1 SETTINGS max_threads = 1)",
}

// refusals are statements that it may not, with the code: 164 for what would change something or
// raise a limit, 497 for what reaches outside the tables, 62 for what is no statement.
var refusals = []struct {
	sql  string
	code int
}{
	{"INSERT INTO protected.t VALUES (99, 'x')", 164},
	{"INSERT INTO protected.t SELECT 99, 'x'", 164},
	{"insert/**/into protected.t (n) values (99)", 164},
	{"-- SELECT\nINSERT INTO protected.t VALUES (99, 'x')", 164},
	{"/* /* nested */ SELECT */ INSERT INTO protected.t SELECT 99, 'x'", 164},
	{"WITH 1 AS x INSERT INTO protected.t SELECT 99, 'x'", 164},
	{"WITH x AS (SELECT 99, 'x') INSERT INTO protected.t SELECT * FROM x", 164},
	{"INSERT INTO FUNCTION file('/tmp/out.tsv', 'TSV', 'a UInt8') SELECT 1", 164},
	{"CREATE TABLE protected.u (n UInt8) ENGINE = Memory", 164},
	{"CREATE VIEW protected.w AS SELECT 1", 164},
	{"CREATE FUNCTION plus_one AS (x) -> x + 1", 164},
	{"CREATE TEMPORARY TABLE u (n UInt8)", 48},
	{"ALTER TABLE protected.t DELETE WHERE 1", 164},
	{"DELETE FROM protected.t WHERE 1", 164},
	{"UPDATE protected.t SET s = 'x' WHERE 1", 164},
	{"DROP TABLE protected.t", 164},
	{"TRUNCATE TABLE protected.t", 164},
	{"RENAME TABLE protected.t TO protected.u", 164},
	{"OPTIMIZE TABLE protected.t FINAL", 164},
	{"ATTACH TABLE protected.x", 164},
	{"DETACH TABLE protected.t", 164},
	{"SYSTEM FLUSH LOGS", 164},
	{"SYSTEM SHUTDOWN", 164},
	{"KILL QUERY WHERE 1", 164},
	{"BACKUP TABLE protected.t TO File('x')", 164},
	{"SELECT 1 INTO OUTFILE '/tmp/chserver-out.tsv'", 48},
	{"SELECT 1 PARALLEL WITH SELECT 2", 164},
	{"SELECT 1; DROP TABLE protected.t", 62},
	{"SELECT 1;\n;INSERT INTO protected.t VALUES (1, 'x')", 62},
	{"SELECT 1 +", 62},
	{"DROP", 62},

	{"SET readonly = 0", 164},
	{"SET max_threads = 1, readonly = 0", 164},
	{"SET `readonly` = 0", 164},
	{"SET max_memory_usage = 0", 164},
	{"SET max_memory_usage = 99999999999999", 164},
	{"SET max_execution_time = 3600", 164},
	{"SET max_result_rows = 0", 164},
	{"SET profile = 'default'", 164},
	{"SET no_such_setting = 1", 115},
	{"SET max_threads = 'many'", 36},
	{"SELECT 1 SETTINGS readonly = 0", 164},
	{"SELECT 1 SETTINGS max_memory_usage = 0", 164},
	{"SELECT * FROM (SELECT 1 SETTINGS readonly = 0)", 164},
	{"SELECT * FROM (SELECT 1 settings/**/max_threads = 1, `max_memory_usage` = 0)", 164},
	{"SELECT (SELECT 1 SETTINGS max_result_rows = 0)", 164},

	{"SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a UInt8')", 497},
	{"SELECT * FROM URL('http://127.0.0.1:1/', 'CSV', 'a UInt8')", 497},
	{"SELECT * FROM `url`('http://127.0.0.1:1/', 'CSV', 'a UInt8')", 497},
	{"SELECT * FROM \"u\\x72l\"('http://127.0.0.1:1/', 'CSV', 'a UInt8')", 497},
	{"SELECT * FROM url/* ( */\n-- x\n('http://127.0.0.1:1/', 'CSV', 'a UInt8')", 497},
	{"SELECT * FROM {f:Identifier}('http://127.0.0.1:1/')", 62},
	{"SELECT * FROM protected.t WHERE n IN (SELECT a FROM url('http://127.0.0.1:1/', 'CSV', 'a UInt64'))", 497},
	{"SELECT * FROM view(SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a UInt8'))", 497},
	{"WITH x AS (SELECT * FROM file('/etc/passwd', 'LineAsString')) SELECT * FROM x", 497},
	{"EXPLAIN SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a UInt8')", 497},
	{"DESCRIBE TABLE url('http://127.0.0.1:1/')", 497},
	{"DESC s3('http://127.0.0.1:1/a/b.csv')", 497},
	{"SHOW TABLES FROM system WHERE name = substring(file('/etc/passwd'), 1, 1)", 497},
	{"SELECT file('/etc/passwd')", 497},
	{"SELECT FILE('/etc/passwd')", 497},
	{"SELECT $x$a$x$, file($y$/etc/passwd$y$)", 497},
	{"SELECT * FROM '/etc/passwd'", 164},
	{"SELECT * FROM `/etc/passwd`", 164},
	{"SELECT * FROM file('/etc/passwd', 'LineAsString', 'l String')", 497},
	{"SELECT * FROM s3('http://127.0.0.1:1/a/b.csv', 'CSV', 'a UInt8')", 497},
	{"SELECT * FROM remote('127.0.0.1:1', system.one)", 497},
	{"SELECT * FROM remoteSecure('127.0.0.1:1', system.one)", 497},
	{"SELECT * FROM cluster('default', system.one)", 497},
	{"SELECT * FROM hdfs('hdfs://127.0.0.1:1/a', 'CSV', 'a UInt8')", 497},
	{"SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')", 497},
	{"SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')", 497},
	{"SELECT * FROM executable('x.sh', 'TSV', 'a String')", 497},
	{"SELECT * FROM sqlite('/tmp/x.db', 't')", 497},
	{"SELECT * FROM eval('SELECT * FROM url(''http://127.0.0.1:1/'', ''CSV'', ''a UInt8'')')", 497},
	{"SELECT aiGenerate('x', 'y')", 497},
	{"SELECT sleep(3)", 497},
}

// asAnalyst runs a test over both protocols as the analyst, who must leave the table as it was.
func asAnalyst(t *testing.T, test func(t *testing.T, run func(sql string) error)) {
	protected(t)
	for name, change := range map[string][]func(*clickhouse.Options){"native": nil, "http": {overHTTP}} {
		t.Run(name, func(t *testing.T) {
			c := open(t, "analyst", analystPassword, change...)
			test(t, func(sql string) error { return runToEnd(c, sql) })
		})
	}
	if n := scalar[uint64](t, open(t, "default", ""), "SELECT count() FROM protected.t"); n != 10 {
		t.Errorf("%d rows in the protected table, want the 10 of before", n)
	}
	for _, name := range []string{"/tmp/out.tsv", "/tmp/chserver-out.tsv"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("the analyst wrote %s", name)
		}
	}
}

// runToEnd runs a statement and reads all rows; the context is bounded so that a statement that was
// let through to another server fails; the driver asks for a little more time than that, and an analyst
// may ask for a minute.
func runToEnd(c driver.Conn, sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 45*time.Second)
	defer cancel()
	if word, _, _ := strings.Cut(sql, " "); word == "SET" || word == "USE" {
		return c.Exec(ctx, sql)
	}
	rows, err := c.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

func TestAnalystMayRead(t *testing.T) {
	asAnalyst(t, func(t *testing.T, run func(string) error) {
		for _, sql := range allowed {
			if err := run(sql); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
	})
}

func TestAnalystIsRefused(t *testing.T) {
	asAnalyst(t, func(t *testing.T, run func(string) error) {
		for _, r := range refusals {
			wantCode(t, r.sql, run(r.sql), r.code)
		}
	})
}

func TestAnalystSettings(t *testing.T) {
	for name, change := range map[string][]func(*clickhouse.Options){"native": nil, "http": {overHTTP}} {
		t.Run(name, func(t *testing.T) {
			c := open(t, "analyst", analystPassword, change...)
			f := func(setting string, value any, code int) {
				t.Helper()
				ctx := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{setting: value}))
				wantCode(t, setting, c.Exec(ctx, "SELECT 1"), code)
			}
			f("readonly", 0, 164)
			f("max_memory_usage", 0, 164)
			f("max_memory_usage", uint64(1<<40), 164)
			f("max_memory_usage", 1<<20, 0)
			f("max_result_rows", 100_000_000, 164)
			f("max_result_bytes", 0, 164)
			f("max_bytes_to_read", uint64(1<<40), 164)
			f("max_bytes_to_read", 1<<30, 0)
			f("read_overflow_mode", "break", 164)
			f("max_threads", 1, 0)
			f("dialect", "kusto", 164)
			b, err := c.PrepareBatch(context.Background(), "INSERT INTO protected.t")
			if err == nil {
				err = b.Send()
			}
			if name == "native" {
				wantCode(t, "a batch", err, 164)
			}
			wantCode(t, "more rows than allowed", runToEnd(c, "SELECT number FROM numbers(20000000)"), 396)
			wantCode(t, "more memory than allowed", runToEnd(c, "SELECT length(groupArray(number)) FROM numbers(500000000)"), 241)
		})
	}
}

// TestOtherSites sends requests as a browser would for a page of another site.
func TestOtherSites(t *testing.T) {
	f := func(status int, header, value string) {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, "http://"+shared.HTTPAddr()+"/", strings.NewReader("SELECT 1"))
		if err != nil {
			t.Fatal(err)
		}
		if header == "Host" {
			r.Host = value
		} else {
			r.Header.Set(header, value)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != status {
			t.Errorf("%s: %s: status %d, body %q, error %v; want %d", header, value, answer.StatusCode, body, err, status)
		}
	}
	f(403, "Origin", "https://example.com")
	f(403, "Origin", "http://127.0.0.1:8080")
	f(403, "Sec-Fetch-Site", "cross-site")
	f(403, "Host", "rebound.example.com")
	f(200, "Origin", "http://"+shared.HTTPAddr())
	f(200, "Host", "localhost:8123")
	f(200, "Host", "[::1]:8123")
}

// TestAnalystLimits lowers each limit and goes over it: 159 time, 241 memory, 307 bytes read, 396 result.
func TestAnalystLimits(t *testing.T) {
	protected(t)
	f := func(limit string, value int, sql string, code int) {
		t.Helper()
		lowered := func(o *clickhouse.Options) { o.Settings = clickhouse.Settings{limit: value} }
		// Without a deadline, of which the driver would make the statement's time.
		wantCode(t, limit, open(t, "analyst", analystPassword, lowered).Exec(context.Background(), sql), code)
	}
	f("max_execution_time", 1, "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)", 159)
	f("max_result_rows", 10, "SELECT number FROM numbers(1000)", 396)
	f("max_result_bytes", 1000, "SELECT repeat('x', 1000) FROM numbers(1000)", 396)
	f("max_memory_usage", 10_000_000, "SELECT length(groupArray(number)) FROM numbers(100000000)", 241)
	f("max_bytes_to_read", 1, "SELECT sum(n) FROM protected.t", 307)
}

// TestAnalystQueriesAtOnce: one statement above the limit is refused, and a turn comes back with an end.
func TestAnalystQueriesAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var running []driver.Rows
	for range Analyst("").Limits.Queries {
		rows, err := open(t, "analyst", analystPassword).Query(ctx, "SELECT number FROM numbers(100000000)")
		if err != nil {
			t.Fatal(err)
		}
		running = append(running, rows)
	}
	wantCode(t, "one more", runToEnd(open(t, "analyst", analystPassword), "SELECT 1"), 202)
	if err := open(t, "default", "").Ping(t.Context()); err != nil {
		t.Error("another user is refused, too:", err)
	}
	cancel()
	for _, rows := range running {
		rows.Close()
	}
	deadline, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for err := error(nil); ; {
		if err = runToEnd(open(t, "analyst", analystPassword), "SELECT 1"); err == nil {
			return
		}
		if deadline.Err() != nil {
			t.Fatal("no turn came back:", err)
		}
	}
}
