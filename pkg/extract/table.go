package extract

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/param"
)

// row is one row of a report, by the names of its columns.
type row struct {
	columns []string
	cells   []any
}

func (r row) cell(name string) any {
	if i := slices.Index(r.columns, name); i >= 0 {
		return r.cells[i]
	}
	return nil
}

func (r row) text(name string) string { s, _ := r.cell(name).(string); return s }
func (r row) yes(name string) bool    { b, _ := r.cell(name).(bool); return b }
func (r row) time(name string) time.Time {
	t, _ := r.cell(name).(time.Time)
	if t.UnixMilli() == 0 {
		return time.Time{}
	}
	return t.UTC()
}

// known reads what the table has of a source.
func known(ctx context.Context, t Table, name string) (map[string]stored, error) {
	columns, rows, err := t.Report(ctx, "external_events_of", map[string]string{"source": name})
	if err != nil {
		return nil, fmt.Errorf("read the events of %s: %w", name, err)
	}
	found := make(map[string]stored, len(rows))
	for _, cells := range rows {
		r := row{columns, cells}
		details, _ := r.cell("details").(map[string]string)
		s := stored{Gone: r.yes("gone"), Stale: r.yes("stale"), Event: Event{
			ID: r.text("id"), Site: r.text("site"), Title: r.text("title"), URL: r.text("url"), Status: r.text("status"), Details: details,
		}}
		s.Starts, _ = r.cell("starts_at").(time.Time)
		s.Ends, _ = r.cell("ends_at").(time.Time)
		found[s.ID] = s
	}
	return found, nil
}

// written is a row as schemas/external/upsert_events.sql reads it.
type written struct {
	ID      string            `json:"id"`
	Site    string            `json:"site"`
	Title   string            `json:"title"`
	URL     string            `json:"url"`
	Starts  string            `json:"starts_at"`
	Ends    string            `json:"ends_at"`
	Status  string            `json:"status"`
	Details map[string]string `json:"details"`
	Gone    bool              `json:"gone"`
	Stale   bool              `json:"stale"`
}

// writeAtOnce is how many rows one statement takes.
const writeAtOnce = 500

// write writes rows of a source.
func write(ctx context.Context, t Table, name string, rows []stored) error {
	for some := range slices.Chunk(rows, writeAtOnce) {
		list := make([]written, len(some))
		for i, s := range some {
			list[i] = written{s.ID, s.Site, s.Title, s.URL, instant(s.Starts), instant(s.Ends), s.Status, s.Details, s.Gone, s.Stale}
		}
		text, err := json.Marshal(list)
		if err != nil {
			return fmt.Errorf("write events of %s: %w", name, err)
		}
		if err := t.Record(ctx, "upsert_events", map[string]string{"source": name, "events": param.Text(string(text))}); err != nil {
			return fmt.Errorf("write %d events of %s: %w", len(some), name, err)
		}
	}
	return nil
}
