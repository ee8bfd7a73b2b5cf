package rollup

import (
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// overdue lists the days that are not final although they should be. The time runs from the end of the
// day's grace or, for days whose events came later, from when they were first seen.
func overdue(cfg Config, now time.Time, zone *time.Location, known *knowledge) []ledger.Day {
	var days []ledger.Day
	for date, touch := range known.touched {
		day := ledger.Day{Date: date, Zone: zone}
		from := day.End().Add(cfg.Grace)
		if first := known.first[date]; first.After(from) {
			from = first
		}
		if touch.Events > 0 && !known.final[date] && now.Sub(from) > cfg.Deadline {
			days = append(days, day)
		}
	}
	return days
}

// watchDeadlines raises alerts from what is known, so that it also works while ClickHouse is down.
func (s *Schedule) watchDeadlines() {
	now := s.runner.now()
	for _, zone := range s.zones.Zones() {
		known := s.known[zone.Location.String()]
		if known == nil {
			continue
		}
		for _, day := range overdue(s.runner.cfg, now, zone.Location, known) {
			text := fmt.Sprintf("the figures of %s are not final %s after the day should have been", day, s.runner.cfg.Deadline)
			s.notifier.raise(day, alertDeadline, text, now)
		}
	}
}

// finals notes which days are final.
func (k *knowledge) finals(runs []ledger.Run) {
	published, _ := latest(runs)
	for date, run := range published {
		k.final[date] = run.State == ledger.Final
	}
}
