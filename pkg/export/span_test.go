package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// calendar is a table with one row per day, which is the day; sites go into a second column.
type calendar struct{ failsOn string }

func (c calendar) Stream(_ context.Context, report string, values map[string]string, head func(names, types []string) error, row func([]any) error) error {
	if err := head([]string{"day", "sites"}, []string{"String", "String"}); err != nil {
		return err
	}
	if values["day"] == c.failsOn {
		return errors.New("the connection is gone")
	}
	return row([]any{p(values["day"]), p(values["sites"])})
}

func spans(t *testing.T) []Span {
	t.Helper()
	first := ledger.Date{Year: 2026, Month: 1, Day: 30}
	days, err := ledger.Days(first, first.Add(2), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return []Span{{Days: days}, {Days: days[:1], Sites: []string{"shop", `it's`}}}
}

func TestWriteFile(t *testing.T) {
	path, days := filepath.Join(t.TempDir(), "calendar.csv"), 0
	rows, err := WriteFile(t.Context(), path, calendar{}, CSV, "calendar", spans(t), func() { days++ })
	if err != nil || rows != 4 || days != 4 {
		t.Fatalf("%d rows of %d days, want 4 of 4: %v", rows, days, err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "day,sites\r\n2026-01-30,[]\r\n2026-01-31,[]\r\n2026-02-01,[]\r\n2026-01-30,\"['shop','it\\'s']\"\r\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWriteFileFails: what was there before stays, and nothing is left beside it.
func TestWriteFileFails(t *testing.T) {
	f := func(rows Rows, format string, spans []Span) {
		t.Helper()
		folder := t.TempDir()
		path := filepath.Join(folder, "calendar.csv")
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := WriteFile(t.Context(), path, rows, format, "calendar", spans, func() {}); err == nil {
			t.Error("no error")
		}
		content, err := os.ReadFile(path)
		if err != nil || string(content) != "old" {
			t.Errorf("the file of before holds %q: %v", content, err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) != 1 {
			t.Errorf("the folder holds %v: %v", entries, err)
		}
	}
	f(calendar{failsOn: "2026-02-01"}, CSV, spans(t))
	f(calendar{failsOn: "2026-01-30"}, Parquet, spans(t))
	f(calendar{}, CSV, nil)
	f(calendar{}, "xlsx", spans(t))
}
