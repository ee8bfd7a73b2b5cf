package warehouse

import (
	"fmt"
	"io/fs"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	native "github.com/ClickHouse/clickhouse-go/v2/lib/proto"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/schemas"
)

// typed is a column of the table events.
type typed struct{ name, of string }

var columnLine = regexp.MustCompile(`(?m)^    (\w+)\s+(\w+(?:\((?:[^()]|\([^()]*\))*\))?)`)

// columnsOfEvents reads the columns that an insert fills from the table's statement.
func columnsOfEvents(tb testing.TB) (list []typed) {
	tb.Helper()
	tables, err := schemas.Migrations()
	if err != nil {
		tb.Fatal(err)
	}
	sql, err := fs.ReadFile(tables, "0001_events.sql")
	if err != nil {
		tb.Fatal(err)
	}
	for _, m := range columnLine.FindAllStringSubmatch(string(sql), -1) {
		if _, ok := eventColumns[m[1]]; ok {
			list = append(list, typed{m[1], m[2]})
		}
	}
	if len(list) != len(eventColumns) {
		tb.Fatalf("%d of %d columns were found in the statement", len(list), len(eventColumns))
	}
	return list
}

// somewhatReal are events as a beacon sends them.
func somewhatReal(n int) []event.Stored {
	rows := make([]event.Stored, n)
	at := time.UnixMilli(1_767_225_600_000).UTC()
	for i := range rows {
		id := event.NewID(at.Add(time.Duration(i) * time.Millisecond))
		rows[i] = event.Stored{Event: event.Event{
			ID: id, ViewID: id, Site: "demo", Kind: event.Pageview, Witness: event.Beacon, AddressMode: event.Full,
			Time: at.Add(time.Duration(i) * time.Millisecond), Received: at.Add(time.Duration(i) * time.Millisecond),
			Address:   netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}),
			UserAgent: fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/%d.0.0.0 Safari/537.36", 100+i%50),
			Host:      "www.example.com", Path: fmt.Sprintf("/articles/%d", i%1000), Title: fmt.Sprintf("Article %d", i%1000),
			Referrer: "https://search.example/", Language: "de-AT", Screen: 1280,
		}, Partition: i % 12, Offset: int64(i)}
	}
	return rows
}

// encodeWith is what fill and the client do with the rows.
func encodeWith(columns []typed, rows []event.Stored) ([]byte, error) {
	block := native.NewBlock()
	for _, c := range columns {
		if err := block.AddColumn(c.name, column.Type(c.of)); err != nil {
			return nil, err
		}
	}
	for part := range slices.Chunk(rows, fillRows) {
		for i, c := range columns {
			if _, err := block.Columns[i].Append(eventColumns[c.name](part)); err != nil {
				return nil, err
			}
		}
	}
	var b proto.Buffer
	err := block.Encode(&b, 0)
	return b.Buf, err
}

// encodeWithChGo is the same with the columns of ch-go.
func encodeWithChGo(columns []typed, rows []event.Stored) ([]byte, error) {
	input := make(proto.Input, len(columns))
	appends := make([]func([]event.Stored), len(columns))
	for i, c := range columns {
		data, add := chGoColumn(c.of)
		input[i] = proto.InputColumn{Name: c.name, Data: data}
		appends[i] = func(part []event.Stored) { add(eventColumns[c.name](part)) }
	}
	for part := range slices.Chunk(rows, fillRows) {
		for _, add := range appends {
			add(part)
		}
	}
	var b proto.Buffer
	err := proto.Block{Columns: len(input), Rows: len(rows)}.EncodeRawBlock(&b, 0, input)
	return b.Buf, err
}

func chGoColumn(of string) (proto.ColInput, func(any)) {
	switch {
	case of == "LowCardinality(String)":
		c := new(proto.ColStr).LowCardinality()
		return c, func(values any) {
			for _, v := range values.([]any) {
				text, _ := v.(string)
				c.Append(text)
			}
		}
	case strings.HasPrefix(of, "Enum8"):
		c := &enum8{of: proto.ColumnType(of)}
		return c, func(values any) {
			for _, v := range values.([]int8) {
				c.Append(proto.Enum8(v))
			}
		}
	case strings.HasPrefix(of, "DateTime64"):
		c := new(proto.ColDateTime64).WithPrecision(3).WithLocation(time.UTC)
		return c, func(values any) { c.AppendArr(values.([]time.Time)) }
	case strings.HasPrefix(of, "Map"):
		c := proto.NewMap[string, string](new(proto.ColStr).LowCardinality(), new(proto.ColStr))
		return c, func(values any) { c.AppendArr(values.([]map[string]string)) }
	}
	switch of {
	case "String":
		c := new(proto.ColStr)
		return c, func(values any) { c.AppendArr(values.([]string)) }
	case "IPv6":
		c := new(proto.ColIPv6)
		return c, func(values any) {
			for _, v := range values.([]netip.Addr) {
				c.Append(proto.ToIPv6(v))
			}
		}
	case "UUID":
		c := new(proto.ColUUID)
		return c, func(values any) { c.AppendArr(values.([]uuid.UUID)) }
	case "UInt8":
		c := new(proto.ColUInt8)
		return c, func(values any) { c.AppendArr(values.([]uint8)) }
	case "UInt16":
		c := new(proto.ColUInt16)
		return c, func(values any) { c.AppendArr(values.([]uint16)) }
	case "UInt32":
		c := new(proto.ColUInt32)
		return c, func(values any) { c.AppendArr(values.([]uint32)) }
	default:
		c := new(proto.ColUInt64)
		return c, func(values any) { c.AppendArr(values.([]uint64)) }
	}
}

// enum8 is an enum column with its names.
type enum8 struct {
	proto.ColEnum8
	of proto.ColumnType
}

func (e *enum8) Type() proto.ColumnType { return e.of }

// TestColumnsOfBoth: both clients write as many bytes for the same rows, so that the benchmark compares the
// same work. They write the names of types a little differently, so the first row does not count.
func TestColumnsOfBoth(t *testing.T) {
	columns, rows := columnsOfEvents(t), somewhatReal(1000)
	size := func(encode func([]typed, []event.Stored) ([]byte, error)) int {
		t.Helper()
		one, err := encode(columns, rows[:1])
		if err != nil {
			t.Fatal(err)
		}
		all, err := encode(columns, rows)
		if err != nil {
			t.Fatal(err)
		}
		return len(all) - len(one)
	}
	if ours, theirs := size(encodeWith), size(encodeWithChGo); ours <= 0 || ours != theirs {
		t.Errorf("for 999 rows more clickhouse-go writes %d bytes more, ch-go %d", ours, theirs)
	}
}

// BenchmarkColumns compares the columns of clickhouse-go, which Insert fills, with those of ch-go.
func BenchmarkColumns(b *testing.B) {
	columns, rows := columnsOfEvents(b), somewhatReal(100_000)
	for name, encode := range map[string]func([]typed, []event.Stored) ([]byte, error){"clickhouse-go": encodeWith, "ch-go": encodeWithChGo} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := encode(columns, rows); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(rows))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
