package extract

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/param"
)

// budgetTime is the time that a budget of calls is for.
const budgetTime = time.Hour

// state is how a source stands; zero times: never.
type state struct {
	calls     []time.Time // of the last hour
	notBefore time.Time
	fetched   time.Time
	failed    time.Time
	failure   string
}

// due reports whether a source is to be read now. After a failure it is tried again sooner.
func (s state) due(every time.Duration, now time.Time) bool {
	if now.Before(s.notBefore) {
		return false
	}
	if s.failure != "" {
		return !now.Before(s.failed.Add(min(every, max(every/4, time.Minute))))
	}
	return !now.Before(s.fetched.Add(every))
}

// spend notes a call; when there were as many as there may be, it fails and says until when.
func (s *state) spend(limit int, now time.Time) error {
	s.calls = slices.DeleteFunc(s.calls, func(at time.Time) bool { return !at.After(now.Add(-budgetTime)) })
	if len(s.calls) >= limit {
		f := fail(noBudget, "%d calls within an hour are as many as there may be", len(s.calls))
		f.until = s.calls[len(s.calls)-limit].Add(budgetTime)
		return f
	}
	s.calls = append(s.calls, now)
	return nil
}

// states reads how all sources stand.
func states(ctx context.Context, t Table) (map[string]state, error) {
	columns, rows, err := t.Report(ctx, "external_sources", nil)
	if err != nil {
		return nil, fmt.Errorf("read how the sources stand: %w", err)
	}
	found := make(map[string]state, len(rows))
	for _, cells := range rows {
		r := row{columns, cells}
		s := state{notBefore: r.time("not_before"), fetched: r.time("fetched_at"), failed: r.time("failed_at"), failure: r.text("failure")}
		s.calls, _ = r.cell("calls").([]time.Time)
		found[r.text("source")] = s
	}
	return found, nil
}

// recordState writes how a source stands.
func recordState(ctx context.Context, t Table, name string, s state) error {
	calls := make([]string, len(s.calls))
	for i, at := range s.calls {
		calls[i] = instant(at)
	}
	err := t.Record(ctx, "record_source", map[string]string{
		"source": name, "calls": param.List(calls), "not_before": instant(s.notBefore),
		"fetched_at": instant(s.fetched), "failed_at": instant(s.failed), "failure": s.failure,
	})
	if err != nil {
		return fmt.Errorf("record how source %s stands: %w", name, err)
	}
	return nil
}

// instant writes a DateTime64(3) parameter: UTC, milliseconds; 1970 for zero.
func instant(t time.Time) string {
	if t.IsZero() {
		t = time.UnixMilli(0)
	}
	return param.Instant(t)
}
