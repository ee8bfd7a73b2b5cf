package rollup

import (
	"context"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// closeAbandoned gives the runs that a killed process has left in the ledger an end: they must not say
// "running" for ever. A run that is in progress elsewhere writes its own end later, which then counts.
func (s *Schedule) closeAbandoned(ctx context.Context) error {
	runs, err := s.runner.ledger.Runs(ctx, ledger.Daily, firstDate, lastDate, 0)
	if err != nil {
		return fmt.Errorf("look for abandoned runs: %w", err)
	}
	for _, r := range runs {
		if r.State != ledger.Running {
			continue
		}
		r.State, r.Error, r.Updated = ledger.Failed, ledger.Abandoned, s.runner.now().UTC().Truncate(time.Millisecond)
		if err := s.runner.ledger.RecordRun(ctx, r); err != nil {
			return fmt.Errorf("close abandoned run of %s: %w", r.Date, err)
		}
		s.log.Warn("closed a run that never ended", "day", r.Date.String(), "tz", r.Zone, "run", r.ID, "started", r.Started)
	}
	return nil
}
