package figures

import (
	"context"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// SiteEntry is a site with what is published of it.
type SiteEntry struct {
	Key   string      `json:"key"`
	Zone  string      `json:"tz" doc:"Time zone whose midnights bound the site's days."`
	Zones []SiteZones `json:"published" doc:"By time zone, what is published; more than one after a change of the zone."`
}

// SiteZones is what is published of a site in one zone.
type SiteZones struct {
	Zone     string `json:"tz"`
	FirstDay string `json:"first_day" format:"date"`
	LastDay  string `json:"last_day" format:"date"`
}

type sitesAnswer struct {
	Body struct {
		Sites []SiteEntry `json:"sites"`
	}
}

// listSites lists the sites that have figures or recent events.
func (f *Figures) listSites(ctx context.Context, _ *struct{}) (*sitesAnswer, error) {
	rows, err := f.ask(ctx, "sites", params{"since": param.Instant(f.now().Add(-liveSpan))})
	if err != nil {
		return nil, err
	}
	p, out, at := access.From(ctx), &sitesAnswer{}, map[string]int{}
	out.Body.Sites = []SiteEntry{}
	for _, r := range rows {
		key, _ := r["site"].(string)
		site, known := f.sites.Lookup(key)
		if !known || !p.MaySee(key) {
			continue
		}
		i, seen := at[key]
		if !seen {
			i = len(out.Body.Sites)
			at[key], out.Body.Sites = i, append(out.Body.Sites, SiteEntry{Key: key, Zone: site.Zone.String(), Zones: []SiteZones{}})
		}
		if zone, _ := r["tz"].(string); zone != "" {
			first, _ := r["first_day"].(string)
			last, _ := r["last_day"].(string)
			out.Body.Sites[i].Zones = append(out.Body.Sites[i].Zones, SiteZones{zone, first, last})
		}
	}
	return out, nil
}
