package chserver

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/chcol"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/shopspring/decimal"
)

// overHTTP switches a client from the native protocol to HTTP.
func overHTTP(o *clickhouse.Options) {
	o.Protocol, o.Addr = clickhouse.HTTP, []string{shared.HTTPAddr()}
}

func uncompressed(o *clickhouse.Options) { o.Compression = nil }

// protocols runs a test over the native protocol and over HTTP, compressed and not.
func protocols(t *testing.T, test func(t *testing.T, c driver.Conn)) {
	for name, change := range map[string][]func(*clickhouse.Options){
		"native": nil, "native uncompressed": {uncompressed}, "http": {overHTTP}, "http uncompressed": {overHTTP, uncompressed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t, "default", "", change...))
		})
	}
}

func integer(t *testing.T, s string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return n
}

func TestTypes(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		database := "types_" + strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())
		execSQL(t, c, "CREATE DATABASE {db:Identifier}", clickhouse.Named("db", database))
		number := 0
		// f stores a value and reads it back, as the driver's Go value and as the engine's text.
		f := func(typ string, value any, text string) {
			t.Helper()
			number++
			roundTrip(t, c, fmt.Sprintf("%s.t%d", database, number), typ, value, text)
		}
		at := time.Date(2024, 2, 29, 23, 59, 58, 0, time.UTC)
		day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
		kathmandu, err := time.LoadLocation("Asia/Kathmandu")
		if err != nil {
			t.Fatal(err)
		}
		text, some := "text", int32(-7)

		f("UInt8", uint8(255), "255")
		f("UInt16", uint16(math.MaxUint16), "65535")
		f("UInt32", uint32(math.MaxUint32), "4294967295")
		f("UInt64", uint64(math.MaxUint64), "18446744073709551615")
		f("UInt128", integer(t, "340282366920938463463374607431768211455"), "340282366920938463463374607431768211455")
		f("UInt256", new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)), "115792089237316195423570985008687907853269984665640564039457584007913129639935")
		f("Int8", int8(-128), "-128")
		f("Int16", int16(math.MinInt16), "-32768")
		f("Int32", int32(math.MinInt32), "-2147483648")
		f("Int64", int64(math.MinInt64), "-9223372036854775808")
		f("Int128", integer(t, "-170141183460469231731687303715884105728"), "-170141183460469231731687303715884105728")
		f("Int256", new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), 255)), "-57896044618658097711785492504343953926634992332820282019728792003956564819968")
		f("Float32", float32(1.5), "1.5")
		f("Float64", -2.25, "-2.25")
		f("Float64", math.Inf(1), "inf")
		f("Bool", true, "true")
		f("Decimal32(2)", decimal.RequireFromString("-12345.67"), "-12345.67")
		f("Decimal64(4)", decimal.RequireFromString("99999999999.1234"), "99999999999.1234")
		f("Decimal128(6)", decimal.RequireFromString("-1234567890123456789.654321"), "-1234567890123456789.654321")
		f("Decimal256(10)", decimal.RequireFromString("12345678901234567890123456789.0123456789"), "12345678901234567890123456789.0123456789")
		f("String", "snow ☃ \x00 'quote' \"two\" \\ \n\t", "snow ☃ \x00 'quote' \"two\" \\ \n\t")
		f("FixedString(4)", "abcd", "abcd")
		f("UUID", uuid.MustParse("6d38d288-5b13-4714-b6e4-faa59ffd49d8"), "6d38d288-5b13-4714-b6e4-faa59ffd49d8")
		f("Date", day, "2024-02-29")
		f("Date32", time.Date(1925, 1, 2, 0, 0, 0, 0, time.UTC), "1925-01-02")
		f("DateTime('UTC')", at, "2024-02-29 23:59:58")
		f("DateTime('Asia/Kathmandu')", at.In(kathmandu), "2024-03-01 05:44:58")
		f("DateTime64(3, 'UTC')", at.Add(123*time.Millisecond), "2024-02-29 23:59:58.123")
		f("DateTime64(9, 'Asia/Kathmandu')", at.Add(123456789).In(kathmandu), "2024-03-01 05:44:58.123456789")
		f("IPv4", net.IPv4(192, 0, 2, 1).To4(), "192.0.2.1")
		f("IPv6", net.ParseIP("2001:db8::1"), "2001:db8::1")
		f("Enum8('a' = -1, 'b' = 2)", "b", "b")
		f("Enum16('a' = 1, 'long name' = 3000)", "long name", "long name")
		f("LowCardinality(String)", "low", "low")
		f("LowCardinality(Nullable(String))", &text, "text")
		f("LowCardinality(Nullable(String))", (*string)(nil), "\\N")
		f("LowCardinality(FixedString(2))", "xy", "xy")
		f("Nullable(Int32)", &some, "-7")
		f("Nullable(Int32)", (*int32)(nil), "\\N")
		f("Nullable(DateTime64(3, 'UTC'))", (*time.Time)(nil), "\\N")
		f("Array(String)", []string{"a", "", "it's"}, "['a','','it\\'s']")
		f("Array(Array(UInt8))", [][]uint8{{1, 2}, {}}, "[[1,2],[]]")
		f("Array(LowCardinality(Nullable(String)))", []*string{&text, nil}, "['text',NULL]")
		f("Array(Nullable(Int32))", []*int32{nil, &some}, "[NULL,-7]")
		f("Map(String, UInt64)", map[string]uint64{"k": 7}, "{'k':7}")
		f("Map(LowCardinality(String), Array(Int8))", map[string][]int8{"k": {1, -1}}, "{'k':[1,-1]}")
		f("Tuple(Int8, String)", []any{int8(-1), "z"}, "(-1,'z')")
		f("Tuple(x Int8, y Array(String))", map[string]any{"x": int8(-1), "y": []string{"z"}}, "(-1,['z'])")
		f("Array(Tuple(a UInt8, b String))", []map[string]any{{"a": uint8(1), "b": "x"}}, "[(1,'x')]")
		f("Point", orb.Point{1, 2}, "(1,2)")
		f("Ring", orb.Ring{{1, 2}, {3, 4}}, "[(1,2),(3,4)]")
		f("SimpleAggregateFunction(sum, UInt64)", uint64(5), "5")
		f("Variant(String, UInt64)", chcol.NewVariantWithType("v", "String"), "v")
		f("Dynamic", chcol.NewDynamicWithType(int64(7), "Int64"), "7")
		f("Array(Variant(String, UInt64))", []chcol.Variant{chcol.NewVariantWithType(uint64(3), "UInt64"), chcol.NewVariant(nil)}, "[3,NULL]")
		f("Time", 3*time.Hour+4*time.Second, "03:00:04")
		f("Time64(3)", 3*time.Hour+4*time.Millisecond, "03:00:00.004")
	})
}

// equal compares what drivers return for ClickHouse's types.
var equal = cmp.Options{
	cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.Location().String() == b.Location().String() }),
	cmp.Comparer(func(a, b chcol.Variant) bool { return a.Type() == b.Type() && a.Any() == b.Any() }),
	cmpopts.EquateNaNs(),
}

func roundTrip(t *testing.T, c driver.Conn, table, typ string, value any, text string) {
	t.Helper()
	ctx := context.Background()
	execSQL(t, c, "CREATE TABLE "+table+" (v "+typ+") ENGINE = MergeTree ORDER BY tuple() SETTINGS allow_nullable_key = 1")
	b, err := c.PrepareBatch(ctx, "INSERT INTO "+table+" (v)")
	if err != nil {
		t.Fatalf("%s: prepare: %v", typ, err)
	}
	for range 2 {
		if err := b.Append(value); err != nil {
			t.Fatalf("%s: append: %v", typ, err)
		}
	}
	if err := b.Send(); err != nil {
		t.Fatalf("%s: send: %v", typ, err)
	}
	rows, err := c.Query(ctx, "SELECT v, ifNull(toString(v), '\\\\N') FROM "+table)
	if err != nil {
		t.Fatalf("%s: %v", typ, err)
	}
	defer rows.Close()
	if got := rows.ColumnTypes()[0].DatabaseTypeName(); got != typ && !strings.HasPrefix(typ, "Decimal") {
		t.Errorf("type is %s, want %s", got, typ)
	}
	count := 0
	for ; rows.Next(); count++ {
		got := reflect.New(rows.ColumnTypes()[0].ScanType())
		var gotText string
		if err := rows.Scan(got.Interface(), &gotText); err != nil {
			t.Fatalf("%s: scan: %v", typ, err)
		}
		if d := cmp.Diff(value, got.Elem().Interface(), equal); d != "" {
			t.Errorf("%s: %s", typ, d)
		}
		if d := cmp.Diff(text, gotText); d != "" {
			t.Errorf("%s as text: %s", typ, d)
		}
	}
	if err := rows.Err(); err != nil || count != 2 {
		t.Errorf("%s: %d rows, error %v; want 2", typ, count, err)
	}
}

// TestJSON stores JSON as text and as an object, and reads it as both.
func TestJSON(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		table := "json_" + strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())
		execSQL(t, c, "CREATE TABLE {t:Identifier} (id UInt8, v JSON(kind String)) ENGINE = MergeTree ORDER BY id", clickhouse.Named("t", table))
		defer execSQL(t, c, "DROP TABLE {t:Identifier}", clickhouse.Named("t", table))
		ctx := context.Background()
		object := chcol.NewJSON()
		object.SetValueAtPath("kind", "object")
		object.SetValueAtPath("deep.number", int64(8))
		for _, values := range [][]any{
			{uint8(1), `{"kind":"text","n":5,"list":[1,2],"deep":{"x":"y"}}`},
			{uint8(2), object},
		} {
			b, err := c.PrepareBatch(ctx, "INSERT INTO "+table)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Append(values...); err != nil {
				t.Fatal(err)
			}
			if err := b.Send(); err != nil {
				t.Fatal(err)
			}
		}
		var text []struct {
			V string `ch:"v"`
		}
		asText := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"output_format_native_write_json_as_string": 1}))
		if err := c.Select(asText, &text, "SELECT v FROM "+table+" ORDER BY id"); err != nil {
			t.Fatal(err)
		}
		want := []string{`{"deep":{"x":"y"},"kind":"text","list":[1,2],"n":5}`, `{"deep":{"number":8},"kind":"object"}`}
		for i := range want {
			if text[i].V != want[i] {
				t.Errorf("row %d as text is %s, want %s", i, text[i].V, want[i])
			}
		}
		var objects []struct {
			V chcol.JSON `ch:"v"`
		}
		if err := c.Select(ctx, &objects, "SELECT v FROM "+table+" ORDER BY id"); err != nil {
			t.Fatal(err)
		}
		if n, ok := chcol.ExtractJSONPathAs[int64](&objects[0].V, "n"); !ok || n != 5 {
			t.Errorf("n is %v (found %v), want 5", n, ok)
		}
		if n, ok := chcol.ExtractJSONPathAs[int64](&objects[1].V, "deep.number"); !ok || n != 8 {
			t.Errorf("deep.number is %v (found %v), want 8", n, ok)
		}
	})
}
