package warehouse

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// RecordStandings writes what a look has found out about days.
func (w *Warehouse) RecordStandings(ctx context.Context, standings []ledger.Standing) error {
	return w.insert(ctx, "rollups/insert_job_days", func(b driver.Batch) error {
		for _, s := range standings {
			if err := b.Append(s.Job, s.Date.UTC(), s.Zone, s.Found, s.Reason, s.Detail, s.Due, s.Touch.Events, s.Touch.Last); err != nil {
				return err
			}
		}
		return nil
	})
}

// Standings reads what the last looks have found out about the days of a range, by day and zone.
func (w *Warehouse) Standings(ctx context.Context, job string, from, to ledger.Date) (standings []ledger.Standing, err error) {
	p := params{"job": job, "from": from.String(), "to": to.String()}
	err = w.query(ctx, "rollups/job_days", p, func(rows driver.Rows) error {
		var s ledger.Standing
		var day time.Time
		if err := rows.Scan(&s.Job, &day, &s.Zone, &s.Found, &s.Reason, &s.Detail, &s.Due, &s.Touch.Events, &s.Touch.Last); err != nil {
			return err
		}
		s.Date = ledger.DateOf(day.UTC())
		standings = append(standings, s)
		return nil
	})
	return standings, err
}

// RecordLook writes that a zone's days were compared with the ledger.
func (w *Warehouse) RecordLook(ctx context.Context, l ledger.Look) error {
	overdue := make([]time.Time, len(l.Overdue))
	for i, d := range l.Overdue {
		overdue[i] = d.UTC()
	}
	return w.insert(ctx, "rollups/insert_job_look", func(b driver.Batch) error {
		return b.Append(l.Job, l.Zone, l.At, millis(l.Every), millis(l.Refresh), millis(l.Grace), millis(l.Deadline), l.Incomplete, l.Due, overdue)
	})
}

// Looks reads the last comparison of each zone.
func (w *Warehouse) Looks(ctx context.Context, job string) (looks []ledger.Look, err error) {
	err = w.query(ctx, "rollups/job_looks", params{"job": job}, func(rows driver.Rows) error {
		var l ledger.Look
		var every, refresh, grace, deadline uint64
		var overdue []time.Time
		if err := rows.Scan(&l.Job, &l.Zone, &l.At, &every, &refresh, &grace, &deadline, &l.Incomplete, &l.Due, &overdue); err != nil {
			return err
		}
		l.Every, l.Refresh, l.Grace, l.Deadline = ofMillis(every), ofMillis(refresh), ofMillis(grace), ofMillis(deadline)
		for _, d := range overdue {
			l.Overdue = append(l.Overdue, ledger.DateOf(d.UTC()))
		}
		looks = append(looks, l)
		return nil
	})
	return looks, err
}

func millis(d time.Duration) uint64   { return uint64(max(0, d.Milliseconds())) }
func ofMillis(n uint64) time.Duration { return time.Duration(n) * time.Millisecond }
