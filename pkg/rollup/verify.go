package rollup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// The verdicts on a published table.
const (
	Equal     = "equal"
	Different = "different"
	Stale     = "stale" // different, as late events have arrived since it was published
)

// Compared is what became of one table of a day.
type Compared struct {
	Table, Verdict string
	// Published is what the table holds, Recomputed what a run would publish now.
	Published, Recomputed ledger.Sums
	// Recorded is the checksum in the ledger; Known says whether the run has published the table.
	Recorded uint64
	Known    bool
}

// Verification compares a published day with the same day computed again aside.
type Verification struct {
	Day       ledger.Day
	Published *ledger.Run // nil: no run has published the day
	Late      time.Time   // when the last event arrived that the published run has not seen; zero: none
	Tables    []Compared  // in the order of their names
}

// Differs reports whether a table holds something else than it should, other than for late events.
func (v Verification) Differs() bool {
	return slices.ContainsFunc(v.Tables, func(c Compared) bool { return c.Verdict == Different })
}

// Verify computes a published day again, aside, and compares. It changes nothing.
func (r *Runner) Verify(ctx context.Context, days Days, day ledger.Day, sel ledger.Selection) (v Verification, err error) {
	v.Day = day
	if v.Published, v.Late, err = r.LastPublished(ctx, days, day, sel); err != nil || v.Published == nil {
		return v, err
	}
	published, err := r.warehouse.ReadBack(ctx, day)
	if err != nil {
		return v, fmt.Errorf("read back %s: %w", day, err)
	}
	staging, err := r.warehouse.Stage(ctx, uuid.New(), day, sel)
	defer func() { err = errors.Join(err, r.warehouse.Drop(context.WithoutCancel(ctx), staging)) }()
	if err != nil {
		return v, fmt.Errorf("stage %s: %w", day, err)
	}
	v.Tables = compare(*v.Published, staging.Sums, published, !v.Late.IsZero())
	return v, nil
}

// compare judges each table. A table that is not what the ledger says is different, late events or not.
func compare(run ledger.Run, recomputed, published map[string]ledger.Sums, late bool) []Compared {
	var all []Compared
	for table, want := range recomputed {
		c := Compared{Table: table, Verdict: Equal, Published: published[table], Recomputed: want}
		c.Recorded, c.Known = run.Checksums[table]
		switch {
		case !c.Known || c.Recorded != c.Published.Checksum || run.Rows[table] != c.Published.Rows:
			c.Verdict = Different
		case c.Published != want && late:
			c.Verdict = Stale
		case c.Published != want:
			c.Verdict = Different
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Compared) int { return strings.Compare(a.Table, b.Table) })
	return all
}

// LastPublished finds the run whose rows a day shows, nil when there is none, and when the last event
// was stored that can change the day and that this run may not have seen; zero when there is none.
func (r *Runner) LastPublished(ctx context.Context, days Days, day ledger.Day, sel ledger.Selection) (*ledger.Run, time.Time, error) {
	return LastPublished(ctx, r.ledger, days, day, sel)
}

// LastPublished is the Runner's, for those who run nothing.
func LastPublished(ctx context.Context, l Ledger, days Days, day ledger.Day, sel ledger.Selection) (*ledger.Run, time.Time, error) {
	runs, err := l.Runs(ctx, ledger.Daily, day.Date, day.Date, 0)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read ledger of %s: %w", day, err)
	}
	published, _ := latest(OfZone(runs, day.Zone))
	run, ok := published[day.Date]
	if !ok {
		return nil, time.Time{}, nil
	}
	touched, err := days.TouchedDays(ctx, day.Zone, sel, run.Started)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("look for late events of %s: %w", day, err)
	}
	return &run, touched[day.Date].Last, nil
}
