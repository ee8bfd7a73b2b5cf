package export

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

// readParquet opens a file and reads all of its rows.
func readParquet(t *testing.T, path string) (*parquet.File, []parquet.Row) {
	t.Helper()
	disk, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disk.Close() })
	info, err := disk.Stat()
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(disk, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	var all []parquet.Row
	for _, g := range f.RowGroups() {
		rows := g.Rows()
		buffer := make([]parquet.Row, 100)
		for {
			n, err := rows.ReadRows(buffer)
			for _, r := range buffer[:n] {
				all = append(all, r.Clone())
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		rows.Close()
	}
	return f, all
}

func TestParquetReadBack(t *testing.T) {
	folder := export(t, exporter(t.TempDir(), tables{"export_every": every(), "export_none": formulas(0)}), runOf(map[string]uint64{"every": 2, "none": 0}, noon))
	f, rows := readParquet(t, filepath.Join(folder, "every.parquet"))
	const want = `message every {
	required int32 day (DATE);
	required binary site (STRING);
	required binary ip (STRING);
	required binary path (STRING);
	required boolean is_bot;
	required int64 accesses (INT(64,false));
	required int64 asn (INT(64,false));
	required int64 change (INT(64,true));
	required double share;
	optional int64 median_ms (INT(64,false));
	required group histogram (LIST) {
		repeated group list {
			required int64 element (INT(64,false));
		}
	}
	required int64 last_seen (TIMESTAMP(isAdjustedToUTC=true,unit=MILLIS));
}`
	if diff := cmp.Diff(want, f.Schema().String()); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	got := make([]string, len(rows))
	for i, r := range rows {
		var values []string
		for _, v := range r {
			values = append(values, v.String())
		}
		got[i] = strings.Join(values, "|")
	}
	if diff := cmp.Diff([]string{
		`20484|shop|203.0.113.7|=HYPERLINK("http://x","y")|true|-1|64500|-5|0.25|3|1|2|3|1769900399007`,
		"20484||2001:db8::1|a, \"b\"\r\nc|false|0|0|0|-1e+300|<null>|<null>|1769903999007",
	}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	for _, c := range f.Metadata().RowGroups[0].Columns {
		if c.MetaData.Codec.String() != "ZSTD" {
			t.Errorf("column %s is compressed by %s", c.MetaData.PathInSchema, c.MetaData.Codec)
		}
	}
	if _, rows := readParquet(t, filepath.Join(folder, "none.parquet")); len(rows) != 0 {
		t.Errorf("the empty table has %d rows", len(rows))
	}
}

// TestParquetManyRows passes the borders of batches and row groups.
func TestParquetManyRows(t *testing.T) {
	const n = rowGroup + batch + 1
	folder := export(t, exporter(t.TempDir(), tables{"export_formulas": formulas(n)}), runOf(map[string]uint64{"formulas": n}, noon))
	f, rows := readParquet(t, filepath.Join(folder, "formulas.parquet"))
	if len(rows) != n || len(f.RowGroups()) != 2 {
		t.Fatalf("%d rows in %d groups, want %d in 2", len(rows), len(f.RowGroups()), n)
	}
	for i, r := range rows {
		if r[1].Int64() != int64(-i) {
			t.Fatalf("row %d holds %d", i, r[1].Int64())
		}
	}
}
