package export

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

var update = flag.Bool("update", false, "write the golden files anew")

// table is a report in memory; with a failure it ends after its rows with that.
type table struct {
	names, types []string
	rows         [][]any
	failure      error
}

type tables map[string]table

func (t tables) Stream(_ context.Context, report string, values map[string]string, head func(names, types []string) error, row func([]any) error) error {
	from, ok := t[report]
	if !ok || values["day"] != "2026-01-31" || values["tz"] != "Europe/Vienna" {
		return errors.New("no such report or day: " + report)
	}
	if err := head(from.names, from.types); err != nil {
		return err
	}
	for _, r := range from.rows {
		if err := row(r); err != nil {
			return err
		}
	}
	return from.failure
}

func p[T any](v T) *T { return &v }

// every is one row of each kind of column, twice.
func every() table {
	at := time.Date(2026, 1, 31, 22, 59, 59, 7e6, time.UTC)
	return table{
		names: []string{"day", "site", "ip", "path", "is_bot", "accesses", "asn", "change", "share", "median_ms", "histogram", "last_seen"},
		types: []string{"Date", "LowCardinality(String)", "IPv6", "String", "Bool", "UInt64", "UInt32", "Int32", "Float64", "Nullable(UInt64)", "Array(UInt64)", "DateTime64(3, 'UTC')"},
		rows: [][]any{
			{p(at), p("shop"), p(netip.MustParseAddr("::ffff:203.0.113.7")), p(`=HYPERLINK("http://x","y")`), p(true), p(uint64(1<<64 - 1)), p(uint32(64500)), p(int32(-5)), p(0.25), p(p(uint64(3))), p([]uint64{1, 2, 3}), p(at)},
			{p(at), p(""), p(netip.MustParseAddr("2001:db8::1")), p("a, \"b\"\r\nc"), p(false), p(uint64(0)), p(uint32(0)), p(int32(0)), p(-1e300), p((*uint64)(nil)), p([]uint64{}), p(at.Add(time.Hour))},
		},
	}
}

// formulas is a table of texts that spreadsheets would run.
func formulas(rows int) table {
	t := table{names: []string{"path", "accesses"}, types: []string{"String", "Int64"}}
	for i := range rows {
		t.rows = append(t.rows, []any{p([]string{"=1", "+1", "-1", "@a", "\ta", "\ra", "'=1", " =1"}[i%8]), p(int64(-i))})
	}
	return t
}

func runOf(rows map[string]uint64, started time.Time) ledger.Run {
	return ledger.Run{
		ID: uuid.NewSHA1(uuid.Nil, []byte(started.String())), Job: ledger.Daily, Date: ledger.Date{Year: 2026, Month: 1, Day: 31}, Zone: "Europe/Vienna",
		State: ledger.Final, Started: started, Views: 7, SpentMS: 940_000, Rows: rows, Checksums: map[string]uint64{"every": 1<<64 - 1}, DefinitionVersion: 1,
	}
}

var noon = time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)

func exporter(dir string, rows Rows) *Exporter {
	return New(Config{Dir: dir, Formats: []string{CSV, Parquet}}, rows, slog.New(slog.DiscardHandler))
}

func export(t *testing.T, e *Exporter, run ledger.Run) string {
	t.Helper()
	if err := e.Export(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(e.cfg.Dir, "Europe.Vienna", "2026-01-31")
}

func TestGolden(t *testing.T) {
	source := tables{"export_every": every(), "export_formulas": formulas(8), "export_none": formulas(0)}
	e := exporter(t.TempDir(), source)
	e.cfg.Formats = []string{CSV} // the bytes of Parquet are the library's business
	folder := export(t, e, runOf(map[string]uint64{"every": 2, "formulas": 8, "none": 0}, noon))
	for _, name := range []string{"every.csv", "formulas.csv", "none.csv", "manifest.json"} {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-golden +got):\n%s", name, diff)
		}
	}
}

func TestUnknownType(t *testing.T) {
	for _, of := range []string{"Map(String, String)", "Tuple(UInt8)", "Array(Array(UInt8))", "Array(Nullable(UInt8))", ""} {
		if c, err := parseColumn("x", of); err == nil {
			t.Errorf("the type %q became %+v", of, c)
		}
	}
}

func TestConfig(t *testing.T) {
	f := func(c Config, good bool) {
		t.Helper()
		if err := c.Validate(); (err == nil) != good {
			t.Errorf("%+v: %v", c, err)
		}
	}
	f(Config{}, true)
	f(Config{Dir: "x", Formats: []string{"csv", "parquet"}, Keep: time.Hour}, true)
	f(Config{Dir: "x", Formats: []string{"csv"}}, true)
	f(Config{Dir: "x"}, false)
	f(Config{Dir: "x", Formats: []string{"xlsx"}}, false)
	f(Config{Dir: "x", Formats: []string{"csv", "csv"}}, false)
	f(Config{Dir: "x", Formats: []string{"csv"}, Keep: -1}, false)
}

func TestOff(t *testing.T) {
	if err := exporter("", tables{}).Export(t.Context(), runOf(map[string]uint64{"every": 2}, noon)); err != nil {
		t.Error(err)
	}
}
