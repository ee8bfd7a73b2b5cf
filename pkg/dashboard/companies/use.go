package companies

import (
	"context"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/param"
)

// Reports answers named questions: schemas/reports/NAME.sql.
type Reports interface {
	Report(ctx context.Context, name string, values map[string]string) (columns []string, rows [][]any, err error)
}

// NetworksUse is a version of the list that collectors have recorded events with. It shows what they
// follow wherever they run, since each event names it.
type NetworksUse struct {
	Version string    `json:"version" doc:"As that of the list; empty: none was in force, or the event had no address."`
	Used    time.Time `json:"used_at" doc:"When a collector took the newest of these events."`
	Events  uint64    `json:"events"`
}

type useAnswer struct {
	Body struct {
		Uses []NetworksUse `json:"uses" nullable:"false" doc:"The one used last first, at most 5."`
	}
}

// lately is how far back events are looked at.
const lately = time.Hour

func (c *Companies) use(ctx context.Context, _ *struct{}) (*useAnswer, error) {
	now := time.Now()
	_, rows, err := c.reports.Report(ctx, "dashboard/own_networks_use", map[string]string{"since": param.Instant(now.Add(-lately)), "until": param.Instant(now.Add(lately))})
	if err != nil {
		return nil, fmt.Errorf("read which list is in use: %w", err)
	}
	out := &useAnswer{}
	out.Body.Uses = make([]NetworksUse, len(rows))
	for i, row := range rows {
		u := &out.Body.Uses[i]
		u.Version, _ = row[0].(string)
		u.Used, _ = row[1].(time.Time)
		u.Events, _ = row[2].(uint64)
	}
	return out, nil
}
