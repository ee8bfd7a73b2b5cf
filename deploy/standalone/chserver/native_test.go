package chserver

import (
	"context"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"
)

// open connects as a user over the native protocol.
func open(t *testing.T, user, password string, change ...func(*clickhouse.Options)) driver.Conn {
	t.Helper()
	o := &clickhouse.Options{
		Addr:        []string{shared.NativeAddr()},
		Auth:        clickhouse.Auth{Username: user, Password: password},
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionLZ4},
	}
	for _, f := range change {
		f(o)
	}
	c, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func execSQL(t *testing.T, c driver.Conn, sql string, args ...any) {
	t.Helper()
	if err := c.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestNativeRoundTrip(t *testing.T) {
	c := open(t, "default", "")
	ctx := context.Background()
	if err := c.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	execSQL(t, c, "CREATE DATABASE native")
	execSQL(t, c, "CREATE TABLE native.t (n UInt64, s LowCardinality(String), at DateTime64(3, 'UTC'), tags Array(String)) ENGINE = MergeTree ORDER BY n")
	b, err := c.PrepareBatch(ctx, "INSERT INTO native.t (n, s, at, tags)")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 5, 6, 7, 8, 9, 123e6, time.UTC)
	for i := range 1000 {
		if err := b.Append(uint64(i), "even", at, []string{"a", "b"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Send(); err != nil {
		t.Fatal(err)
	}
	execSQL(t, c, "INSERT INTO native.t (n, s) VALUES (5000, 'x\ny'),\n(5001, 'z')")
	type row struct {
		N    uint64    `ch:"n"`
		S    string    `ch:"s"`
		At   time.Time `ch:"at"`
		Tags []string  `ch:"tags"`
	}
	var rows []row
	if err := c.Select(ctx, &rows, "SELECT * FROM native.t WHERE n IN ({a:UInt64}, {b:UInt64}) AND s != {s:String} ORDER BY n",
		clickhouse.Named("a", 7), clickhouse.Named("b", 5000), clickhouse.Named("s", "it's\ta \\ test")); err != nil {
		t.Fatal(err)
	}
	want := []row{{7, "even", at, []string{"a", "b"}}, {5000, "x\ny", time.UnixMilli(0).UTC(), []string{}}}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
}
