package services

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/export"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// exportSpan is what is exported of one time zone.
type exportSpan struct {
	export.Span
	zone sites.Zone
}

// spans are the days of the range in each zone that has one of the wanted sites.
func (c *Export) spans(dir *sites.Directory) (spans []exportSpan, err error) {
	for _, key := range c.Site {
		if _, known := dir.Lookup(key); !known {
			return nil, fmt.Errorf("site %q is not counted here", key)
		}
	}
	for _, zone := range dir.Zones() {
		wanted := slices.DeleteFunc(slices.Clone(c.Site), func(key string) bool { return !zone.All && !slices.Contains(zone.Sites, key) })
		if len(c.Site) > 0 && len(wanted) == 0 {
			continue
		}
		days, err := rangeOf(c.From, c.To, zone.Location)
		if err != nil {
			return nil, err
		}
		spans = append(spans, exportSpan{export.Span{Days: days, Sites: wanted}, zone})
	}
	return spans, nil
}

// check names the days whose figures are not there, or not yet all there. A day without views
// and custom events needs no run, so the events decide whether a day without one is missing.
func (c *Export) check(ctx context.Context, w *warehouse.Warehouse, spans []exportSpan, stderr io.Writer) error {
	missing := 0
	for _, s := range spans {
		runs, err := w.Runs(ctx, ledger.Daily, s.Days[0].Date, s.Days[len(s.Days)-1].Date, 0)
		if err != nil {
			return err
		}
		states := publishedStates(rollup.OfZone(runs, s.zone.Location))
		keys := s.Sites
		if len(keys) == 0 {
			keys = s.zone.Sites
		}
		with, err := w.DaysWithEvents(ctx, s.Days, keys)
		if err != nil {
			return err
		}
		for _, day := range s.Days {
			switch {
			case states[day.Date] == ledger.Provisional:
				fmt.Fprintf(stderr, "%s is provisional: more may come\n", day)
			case states[day.Date] == "" && with[day.Date]:
				fmt.Fprintf(stderr, "%s is not published\n", day)
				missing++
			}
		}
	}
	if missing > 0 && !c.AllowMissing {
		return fmt.Errorf("%d days of the range have events and are not published; run rollup backfill, or export without them by --allow-missing", missing)
	}
	return nil
}

// publishedStates tells how each published day stands; runs come newest first.
func publishedStates(runs []ledger.Run) map[ledger.Date]ledger.State {
	states := map[ledger.Date]ledger.State{}
	for _, r := range runs {
		if _, newer := states[r.Date]; !newer && (r.State == ledger.Provisional || r.State == ledger.Final) {
			states[r.Date] = r.State
		}
	}
	return states
}
