package figures

import (
	"context"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/param"
)

type liveQuestion struct {
	Site string `path:"site" doc:"Site key."`
}

// Live is what the last 30 minutes have brought, whoever sent it: people and bots, before sessions and
// times are known.
type Live struct {
	At       string       `json:"at" format:"date-time" doc:"When this was read."`
	Minutes  []LiveMinute `json:"minutes" doc:"30 minutes, oldest first; the last one is not over."`
	Views    uint64       `json:"views" doc:"Distinct page views that started in the last 30 minutes."`
	Now      uint64       `json:"addresses_now" doc:"Distinct addresses seen, by a view or a ping, in the last 5 minutes."`
	Pages    []Row        `json:"pages" doc:"path, views, addresses: the ten most read."`
	Sources  []Row        `json:"sources" doc:"referrer_host, views: the ten that sent most."`
	Latest   []Row        `json:"latest" doc:"at, path, ip, witness: the 20 latest views, newest first."`
	Received *string      `json:"received" format:"date-time" doc:"When the collector took the newest event of the site; null when there is none of the last 30 minutes."`
}

// LiveMinute is one minute.
type LiveMinute struct {
	Start string `json:"start" format:"date-time"`
	Views uint64 `json:"views"`
}

type liveAnswer struct{ Body Live }

const (
	liveSpan = 30 * time.Minute
	// liveEvery is how old an answer may be that many callers share.
	liveEvery = 500 * time.Millisecond
	liveSites = 1000
)

func (f *Figures) getLive(ctx context.Context, q *liveQuestion) (*liveAnswer, error) {
	p := access.From(ctx)
	if err := access.Site(p, q.Site); err != nil {
		return nil, err
	}
	if err := onlyOn(p, "live"); err != nil {
		return nil, err
	}
	if _, ok := f.sites.Lookup(q.Site); !ok {
		return nil, huma.Error404NotFound("there is no site " + q.Site)
	}
	live, err := f.live.get(ctx, q.Site, f.now())
	if err != nil {
		return nil, err
	}
	return &liveAnswer{live}, nil
}

// readLive asks for the last 30 minutes.
func (f *Figures) readLive(ctx context.Context, site string, now time.Time) (Live, error) {
	to := now.UTC().Truncate(time.Minute).Add(time.Minute)
	from := to.Add(-liveSpan)
	p := params{"site": site, "since": param.Instant(from), "recent": param.Instant(now.Add(-5 * time.Minute)), "until": param.Instant(to)}
	live := Live{At: now.UTC().Format("2006-01-02T15:04:05.000Z")}
	minutes, err := f.ask(ctx, "live_minutes", p)
	if err != nil {
		return live, err
	}
	views := map[string]uint64{}
	for _, r := range minutes {
		start, _ := r["start"].(string)
		views[start], _ = r["views"].(uint64)
	}
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		n := views[at.Format("2006-01-02T15:04:05.000Z")]
		live.Minutes, live.Views = append(live.Minutes, LiveMinute{rfc3339(at), n}), live.Views+n
	}
	now5, err := f.one(ctx, "live_now", p)
	if err != nil {
		return live, err
	}
	live.Now, _ = now5["addresses"].(uint64)
	if received, ok := now5["received"].(string); ok && now5["events"] != uint64(0) {
		live.Received = &received
	}
	for name, rows := range map[string]*[]Row{"live_pages": &live.Pages, "live_sources": &live.Sources, "live_latest": &live.Latest} {
		if *rows, err = f.ask(ctx, name, p); err != nil {
			return live, err
		}
	}
	return live, nil
}

// liveCache lets everybody who watches a site share one answer.
type liveCache struct {
	read func(ctx context.Context, site string, now time.Time) (Live, error)
	mu   sync.Mutex
	by   map[string]*liveEntry
}

type liveEntry struct {
	mu   sync.Mutex
	at   time.Time
	live Live
}

func newLiveCache(read func(context.Context, string, time.Time) (Live, error)) *liveCache {
	return &liveCache{read: read, by: map[string]*liveEntry{}}
}

func (c *liveCache) entry(site string) *liveEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.by[site]
	if e == nil {
		if len(c.by) >= liveSites { // any site key may be asked for when every key is taken
			clear(c.by)
		}
		e = &liveEntry{}
		c.by[site] = e
	}
	return e
}

func (c *liveCache) get(ctx context.Context, site string, now time.Time) (Live, error) {
	e := c.entry(site)
	e.mu.Lock()
	defer e.mu.Unlock()
	if age := now.Sub(e.at); age >= 0 && age < liveEvery {
		return e.live, nil
	}
	live, err := c.read(ctx, site, now)
	if err == nil {
		e.at, e.live = now, live
	}
	return live, err
}
