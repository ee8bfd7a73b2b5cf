package rollup

import (
	"context"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// What a look finds out is written down for the people at the job console: how days stand is known here
// and nowhere else. It only tells: a failure to write it holds up nothing.

// tellStandings writes how those days stand that stand otherwise than the console was told.
func (s *Schedule) tellStandings(ctx context.Context, known *knowledge, found []ledger.Standing) {
	var news []ledger.Standing
	for _, st := range found {
		old, ok := known.told[st.Date]
		old.Found = st.Found
		if !ok || old != st {
			news = append(news, st)
		}
	}
	if len(news) == 0 {
		return
	}
	if err := s.days.RecordStandings(ctx, news); err != nil {
		s.log.Warn("tell the console how days stand", "days", len(news), "err", err)
		return
	}
	for _, st := range news {
		known.told[st.Date] = st
	}
}

// tellLook writes that the zone was looked at, and that so many days are to be computed.
func (s *Schedule) tellLook(ctx context.Context, known *knowledge, zone *time.Location, events Completeness, days int) {
	cfg, now := s.runner.cfg, s.runner.now()
	look := ledger.Look{
		Job: ledger.Daily, Zone: zone.String(), At: now,
		Every: cfg.Every, Refresh: cfg.Refresh, Grace: cfg.Grace, Deadline: cfg.Deadline, Due: uint64(days),
	}
	if events.Missing != nil {
		look.Incomplete = events.Missing.Error()
	}
	for _, day := range overdue(cfg, now, zone, known) {
		look.Overdue = append(look.Overdue, day.Date)
	}
	slices.SortFunc(look.Overdue, func(a, b ledger.Date) int { return a.UTC().Compare(b.UTC()) })
	if err := s.days.RecordLook(ctx, look); err != nil && ctx.Err() == nil {
		s.log.Warn("tell the console of a look", "tz", look.Zone, "err", err)
	}
	known.lookTold = now
}

// tellLookAgain tells of a look that takes long, as often as looks are due.
func (s *Schedule) tellLookAgain(ctx context.Context, known *knowledge, zone *time.Location, events Completeness, days int) {
	if s.runner.now().Sub(known.lookTold) >= s.runner.cfg.Every {
		s.tellLook(ctx, known, zone, events, days)
	}
}
