package warehouse

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// logSettings make one visible part of each insert; steps are seldom, and repeats do no harm.
var logSettings = clickhouse.Settings{"async_insert": 0}

// LogSteps adds steps to the log of a run.
func (w *Warehouse) LogSteps(ctx context.Context, steps []ledger.Step) error {
	return w.insertWith(ctx, logSettings, "rollups/insert_job_log", func(b driver.Batch) error {
		for _, s := range steps {
			attrs := s.Attrs
			if attrs == nil {
				attrs = map[string]string{}
			}
			if err := b.Append(s.Run, s.Job, s.Zone, s.Date.UTC(), s.At, s.Seq, s.Level, s.Name, s.Message, attrs); err != nil {
				return err
			}
		}
		return nil
	})
}

// Steps reads the log of a run.
func (w *Warehouse) Steps(ctx context.Context, run uuid.UUID) (steps []ledger.Step, err error) {
	err = w.query(ctx, "rollups/job_log", params{"run_id": run.String()}, func(rows driver.Rows) error {
		var s ledger.Step
		var day time.Time
		if err := rows.Scan(&s.Run, &s.Job, &s.Zone, &day, &s.At, &s.Seq, &s.Level, &s.Name, &s.Message, &s.Attrs); err != nil {
			return err
		}
		s.Date = ledger.DateOf(day.UTC())
		steps = append(steps, s)
		return nil
	})
	return steps, err
}
