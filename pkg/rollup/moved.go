package rollup

import (
	"context"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// A site that moves to another time zone gets all its days anew there, and leaves the days of the old
// zone: a day counts in one zone only.

// movedAway is why a published day must be computed again without some of its sites.
const movedAway = "it holds a site that is counted in another zone now, or no longer"

// allZones lists the zones with sites and then, without any, those that only published days stand in.
func (s *Schedule) allZones(ctx context.Context) ([]sites.Zone, error) {
	zones := s.zones.Zones()
	known := map[string]bool{}
	for _, z := range zones {
		known[z.Location.String()] = true
	}
	published, err := s.days.PublishedZones(ctx)
	if err != nil {
		return nil, fmt.Errorf("list published zones: %w", err)
	}
	for _, name := range published {
		if known[name] {
			continue
		}
		loc, err := sites.LoadZone(name)
		if err != nil {
			return nil, fmt.Errorf("published days: %w", err)
		}
		zones = append(zones, sites.Zone{Location: loc})
	}
	return zones, nil
}

// moved notes the days of a zone that hold sites which it no longer has.
func (s *Schedule) moved(ctx context.Context, known *knowledge, zone *time.Location, sel ledger.Selection) error {
	dates, err := s.days.ForeignDays(ctx, zone, sel)
	if err != nil {
		return fmt.Errorf("look for moved sites: %w", err)
	}
	for _, date := range dates {
		known.touched[date] = known.touched[date].Merge(ledger.Touch{})
		known.broken[date] = movedAway
	}
	return nil
}
