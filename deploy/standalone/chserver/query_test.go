package chserver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// tableOf names a table after the test, so that tests do not meet.
func tableOf(t *testing.T) string {
	return "t_" + strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())
}

// scalar reads one value.
func scalar[T any](t *testing.T, c driver.Conn, sql string, args ...any) (v T) {
	t.Helper()
	if err := c.QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// codeOf is the exception's code in err, 0 for none.
func codeOf(err error) int {
	var e *clickhouse.Exception
	if errors.As(err, &e) {
		return int(e.Code)
	}
	return 0
}

func wantCode(t *testing.T, what string, err error, code int) {
	t.Helper()
	if codeOf(err) != code {
		t.Errorf("%s: error is %v, want code %d", what, err, code)
	}
}

func TestParameters(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		nasty := "it's a \\ \"test\"\n\t\r with \x01 and ☃; DROP TABLE x --"
		if got := scalar[string](t, c, "SELECT {v:String}", clickhouse.Named("v", nasty)); got != nasty {
			t.Errorf("string came back as %q, want %q", got, nasty)
		}
		if got := scalar[uint64](t, c, "SELECT sum(x) FROM (SELECT arrayJoin({v:Array(UInt64)}) AS x)", clickhouse.Named("v", []uint64{1, 2, 39})); got != 42 {
			t.Errorf("sum of an array is %d, want 42", got)
		}
		if got := scalar[*string](t, c, "SELECT {v:Nullable(String)}", clickhouse.Named("v", nil)); got != nil {
			t.Errorf("NULL came back as %q", *got)
		}
		if got := scalar[string](t, c, "SELECT toString({v:DateTime64(3, 'UTC')})", clickhouse.Named("v", "2024-02-29 01:02:03.004")); got != "2024-02-29 01:02:03.004" {
			t.Errorf("time came back as %s", got)
		}
		wantCode(t, "a missing parameter", c.Exec(context.Background(), "SELECT {v:String}"), 456)
	})
}

// TestTypedStatements runs the statements that Footfall's rollups are made of.
func TestTypedStatements(t *testing.T) {
	c := open(t, "default", "", func(o *clickhouse.Options) { o.Auth.Database = "typed"; o.MaxOpenConns = 1 })
	admin := open(t, "default", "")
	execSQL(t, admin, "CREATE DATABASE {d:Identifier}", clickhouse.Named("d", "typed"))
	day, zone := clickhouse.Named("d", "2024-01-02"), clickhouse.Named("tz", "Europe/Berlin")
	execSQL(t, c, "CREATE TABLE daily (d Date, tz LowCardinality(String), n UInt64) ENGINE = MergeTree PARTITION BY (d, tz) ORDER BY n")
	execSQL(t, c, "CREATE TABLE {t:Identifier} AS daily", clickhouse.Named("t", "daily_staging"))
	execSQL(t, c, "INSERT INTO {t:Identifier} SELECT {d:Date}, {tz:String}, number FROM numbers(5)", clickhouse.Named("t", "daily_staging"), day, zone)
	execSQL(t, c, "INSERT INTO daily SELECT {d:Date}, {tz:String}, number FROM numbers(9)", day, zone)
	execSQL(t, c, "ALTER TABLE daily REPLACE PARTITION ({d:Date}, {tz:String}) FROM daily_staging", day, zone)
	if n := scalar[uint64](t, c, "SELECT count() FROM daily"); n != 5 {
		t.Errorf("%d rows after REPLACE PARTITION, want 5", n)
	}
	id := scalar[string](t, c, "SELECT any(partition_id) FROM system.parts WHERE database = currentDatabase() AND table = 'daily_staging' AND active")
	execSQL(t, c, "ALTER TABLE daily REPLACE PARTITION ID {id:String} FROM daily_staging", clickhouse.Named("id", id))
	other := clickhouse.Named("d", "2024-01-03")
	err := c.Exec(context.Background(), "ALTER TABLE daily REPLACE PARTITION ({d:Date}, {tz:String}) FROM daily_staging", other, zone)
	wantCode(t, "REPLACE PARTITION from an empty one", err, 36)
	execSQL(t, c, "ALTER TABLE daily DROP PARTITION ({d:Date}, {tz:String})", other, zone)
	execSQL(t, c, "ALTER TABLE daily DROP PARTITION ({d:Date}, {tz:String})", day, zone)
	execSQL(t, c, "TRUNCATE TABLE {t:Identifier}", clickhouse.Named("t", "daily_staging"))
	execSQL(t, c, "DROP TABLE {t:Identifier}", clickhouse.Named("t", "daily_staging"))
	if n := scalar[uint64](t, c, "SELECT count() FROM daily"); n != 0 {
		t.Errorf("%d rows after DROP PARTITION, want 0", n)
	}
}

func TestDeduplicationToken(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		table := tableOf(t)
		execSQL(t, c, "CREATE TABLE {t:Identifier} (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100", clickhouse.Named("t", table))
		insert := func(token string, start int) {
			t.Helper()
			ctx := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{
				"insert_deduplication_token": token, "async_insert": 0,
			}))
			b, err := c.PrepareBatch(ctx, "INSERT INTO "+table+" (n)")
			if err != nil {
				t.Fatal(err)
			}
			for i := range 1000 {
				if err := b.Append(uint64(start + i)); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.Send(); err != nil {
				t.Fatal(err)
			}
		}
		insert("a", 0)
		insert("a", 0)
		insert("a", 5000) // other rows, same token
		insert("b", 0)    // same rows, other token
		if n := scalar[uint64](t, c, "SELECT count() FROM {t:Identifier}", clickhouse.Named("t", table)); n != 2000 {
			t.Errorf("%d rows, want 2000", n)
		}
	})
}

func TestExceptions(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		ctx := context.Background()
		f := func(sql string, code int) {
			t.Helper()
			rows, err := c.Query(ctx, sql)
			if err == nil {
				for rows.Next() {
				}
				err = rows.Err()
			}
			wantCode(t, sql, err, code)
		}
		f("SELECT * FROM no_such_table", 60)
		f("SELECT * FROM no_such_database.t", 81)
		f("SELECT no_such_column FROM system.one", 47)
		f("SELECT no_such_function(1)", 46)
		f("SELECT 1 +", 62)
		f("SELECT 1; SELECT 2", 62)
		f("SELECT 'x' + 1", 43)
		f("SELECT toUInt8('x')", 6)
		f("SELECT 1 SETTINGS no_such_setting = 1", 115)
		f("SELECT sleep(3) SETTINGS max_execution_time = 1", 159)
		f("SELECT groupArray(number) FROM numbers(100000000) SETTINGS max_memory_usage = 50000000", 241)
		f("CREATE TEMPORARY TABLE x (a Int8)", 48)
		f("SELECT 1 INTO OUTFILE '/tmp/chserver-out.tsv'", 48)
		f("INSERT INTO x FROM INFILE '/etc/passwd' FORMAT LineAsString", 48)
		f("SELECT sumState(number) FROM numbers(3)", 48) // cannot be passed on, and says so
		unknown := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"no_such_setting": 1}))
		wantCode(t, "unknown setting", c.Exec(unknown, "SELECT 1"), 115)
		invalid := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_threads": "many"}))
		wantCode(t, "invalid setting", c.Exec(invalid, "SELECT 1"), 36)
		_, err := c.PrepareBatch(ctx, "INSERT INTO no_such_table (a)")
		wantCode(t, "insert into a missing table", err, 60)
		if got := scalar[uint8](t, c, "SELECT 1"); got != 1 {
			t.Errorf("after all exceptions SELECT 1 is %d", got)
		}
	})
}

// TestExceptionBehindRows fails a query that has already sent rows.
func TestExceptionBehindRows(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		rows, err := c.Query(context.Background(), "SELECT throwIf(number = 500000) FROM numbers(1000000) SETTINGS max_block_size = 10000")
		n := 0
		if err == nil {
			for ; rows.Next(); n++ {
			}
			err = rows.Err()
		}
		if err == nil || !strings.Contains(err.Error(), "395") && codeOf(err) != 395 {
			t.Errorf("after %d rows the error is %v, want code 395", n, err)
		}
	})
}

func TestEmptyResults(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		f := func(sql string, want ...string) {
			t.Helper()
			rows, err := c.Query(context.Background(), sql)
			if err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			defer rows.Close()
			var got []string
			for _, typ := range rows.ColumnTypes() {
				got = append(got, typ.Name()+" "+typ.DatabaseTypeName())
			}
			if rows.Next() || rows.Err() != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: columns %v, error %v; want %v and no row", sql, got, rows.Err(), want)
			}
		}
		f("SELECT 1 AS a, toLowCardinality('x') AS b WHERE 0", "a UInt8", "b LowCardinality(String)")
		f("SELECT toDateTime(0, 'Asia/Tokyo') AS at LIMIT 0", "at DateTime('Asia/Tokyo')")
		f("WITH 1 AS x SELECT x, x WHERE 0;", "x UInt8", "x UInt8")
		f("SHOW TABLES FROM system LIKE 'no such'", "name String")
	})
}

func TestSettingsAndDatabase(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		ctx := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{"max_threads": 3}))
		var n uint64
		if err := c.QueryRow(ctx, "SELECT toUInt64(getSetting('max_threads'))").Scan(&n); err != nil || n != 3 {
			t.Errorf("max_threads is %d, error %v; want 3", n, err)
		}
		if n := scalar[uint64](t, c, "SELECT toUInt64(getSetting('max_threads')) SETTINGS max_threads = 5"); n != 5 {
			t.Errorf("max_threads is %d, want 5", n)
		}
	})
	one := func(o *clickhouse.Options) { o.MaxOpenConns = 1 }
	c := open(t, "default", "", one)
	execSQL(t, c, "SET max_threads = 4, session_timezone = 'Asia/Tokyo'")
	execSQL(t, c, "USE system")
	if got := scalar[string](t, c, "SELECT concat(currentDatabase(), ' ', toString(getSetting('max_threads')), ' ', timezone())"); got != "system 4 Asia/Tokyo" {
		t.Errorf("session is %q, want %q", got, "system 4 Asia/Tokyo")
	}
	execSQL(t, c, "SET max_threads = DEFAULT")
	if n := scalar[uint64](t, c, "SELECT toUInt64(getSetting('max_threads')) SETTINGS log_comment = 'x'"); n == 4 {
		t.Error("max_threads is still 4 after SET … = DEFAULT")
	}
	execSQL(t, c, "CREATE DATABASE left_behind")
	execSQL(t, c, "USE left_behind")
	execSQL(t, c, "DROP DATABASE left_behind")
	wantCode(t, "a database that was dropped", c.Exec(context.Background(), "SELECT 1"), 81)
	execSQL(t, c, "USE default")

	in := open(t, "default", "", func(o *clickhouse.Options) { o.Auth.Database = "system" })
	if got := scalar[string](t, in, "SELECT currentDatabase()"); got != "system" {
		t.Errorf("database of the connection is %q, want system", got)
	}
	missing := open(t, "default", "", func(o *clickhouse.Options) { o.Auth.Database = "no_such_database" })
	wantCode(t, "missing database", missing.Exec(context.Background(), "SELECT 1"), 81)
}

func TestTenConnectionsAtOnce(t *testing.T) {
	protocols(t, func(t *testing.T, _ driver.Conn) {
		table := tableOf(t)
		change := []func(*clickhouse.Options){}
		if strings.Contains(t.Name(), "http") {
			change = append(change, overHTTP)
		}
		execSQL(t, open(t, "default", ""), "CREATE TABLE {t:Identifier} (who UInt8, n UInt64, s String) ENGINE = MergeTree ORDER BY n", clickhouse.Named("t", table))
		var all sync.WaitGroup
		for who := range 10 {
			c := open(t, "default", "", change...)
			all.Go(func() {
				for round := range 5 {
					if err := insertAndCount(c, table, who, round); err != nil {
						t.Errorf("connection %d, round %d: %v", who, round, err)
						return
					}
				}
			})
		}
		all.Wait()
		if n := scalar[uint64](t, open(t, "default", ""), "SELECT uniqExact(who, n) FROM {t:Identifier}", clickhouse.Named("t", table)); n != 10*5*200 {
			t.Errorf("%d distinct rows, want %d", n, 10*5*200)
		}
	})
}

// insertAndCount adds 200 rows and checks what this connection has stored so far.
func insertAndCount(c driver.Conn, table string, who, round int) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	b, err := c.PrepareBatch(ctx, "INSERT INTO "+table)
	if err != nil {
		return err
	}
	for i := range 200 {
		if err := b.Append(uint8(who), uint64(round*200+i), fmt.Sprint(who, i)); err != nil {
			return err
		}
	}
	if err := b.Send(); err != nil {
		return err
	}
	var n uint64
	err = c.QueryRow(ctx, "SELECT count() FROM {t:Identifier} WHERE who = {w:UInt8}", clickhouse.Named("t", table), clickhouse.Named("w", who)).Scan(&n)
	if err == nil && n != uint64(round+1)*200 {
		err = fmt.Errorf("%d rows, want %d", n, (round+1)*200)
	}
	return err
}
