package warehouse

import (
	"context"
	"fmt"
	"maps"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// Staging cuts the addresses of a day into buckets: ranges of the key that events are sorted by, so that
// a bucket reads its own rows only, is sorted by itself, and never shares an address with another. Each
// step of a run works on one bucket, in one thread and bounded memory; a few steps run at once.

const (
	// viewsPerBucket bounds the memory of a step: about 400 bytes a view.
	viewsPerBucket = 1_000_000
	// repeatsPerShare bounds the memory of reducing views that were sent more than once: about 1 KB a view.
	repeatsPerShare = 500_000
	// stepsAtOnce is how many steps run at the same time.
	stepsAtOnce = 2
)

// working are the staging tables that nothing is published from.
var working = []string{"repeats", "repeated_views", "sources", "networks", "agents", "bots", "beacon_sites", "visits", "paired_views"}

// byAddress are the daily tables whose rows hold an address; they are filled bucket by bucket.
var byAddress = []string{"daily_ip_access", "daily_ip_time", "daily_sessions", "daily_views"}

// fromOthers are the daily tables that are made from those by address, or, custom events, beside the visits.
var fromOthers = []string{"daily_page_time", "daily_sources", "daily_networks", "daily_cities", "daily_devices", "daily_site", "daily_events"}

// stage is one run's computation of a day.
type stage struct {
	*Warehouse
	staging   *ledger.Staging
	selection ledger.Selection
	params    params
	views     uint64 // page view events, about
	bounds    []params
	told      map[string]string // what the step at hand has to tell of itself
}

// Stage computes a day into staging tables of its own. The published rows stay as they are. Drop
// the staging whether Stage fails or not. It needs Rules.
func (w *Warehouse) Stage(ctx context.Context, run uuid.UUID, day ledger.Day, sel ledger.Selection) (*ledger.Staging, error) {
	s := &ledger.Staging{Run: run, Day: day, Sums: map[string]ledger.Sums{}}
	st := &stage{Warehouse: w, staging: s, selection: sel, params: ofDay(day, params{
		"read_from": param.Instant(day.Start().Add(-Surroundings)), "read_to": param.Instant(day.End().Add(Surroundings)),
		"day_start": param.Instant(day.Start()), "day_end": param.Instant(day.End()),
		"all_sites": yes(sel.All), "sites": param.List(sel.Sites),
		"paired": "false", "only_log": param.List(sel.OnlyLog), "only_beacon": param.List(sel.OnlyBeacon),
		"definition_version": strconv.Itoa(ledger.DefinitionVersion),
		"ip_access":          stagingTable(s, "daily_ip_access"),
		"ip_time":            stagingTable(s, "daily_ip_time"),
		"sessions":           stagingTable(s, "daily_sessions"),
		"views":              stagingTable(s, "daily_views"),
	})}
	for _, t := range working {
		st.params[t] = stagingTable(s, t)
	}
	st.params["view_pairs"] = stagingTable(s, pairsTable)
	if w.Rules == nil {
		return s, errNoRules
	}
	return s, st.run(ctx)
}

// run takes the steps one after the other, and tells of each that has ended.
func (s *stage) run(ctx context.Context) error {
	for _, step := range []struct {
		name string
		take func(context.Context) error
	}{
		{"create", s.create}, {"inputs", s.inputs}, {"bounds", s.bucketBounds}, {"prepare", s.prepare}, {"repeats", s.repeatedViews},
		{"buckets", s.buckets}, {"sum", s.sum}, {"tables", s.tables},
	} {
		began := time.Now()
		s.told = map[string]string{}
		if err := step.take(ctx); err != nil {
			return fmt.Errorf("step %s: %w", step.name, err)
		}
		ledger.Trace(ctx, ledger.Substep{Name: step.name, Took: time.Since(began), Attrs: s.told})
	}
	return nil
}

// inputs tells which events the run reads.
func (s *stage) inputs(ctx context.Context) error {
	in := &s.staging.Inputs
	err := s.query(ctx, "rollups/inputs", s.params, func(r driver.Rows) error {
		return r.Scan(&in.Events, &in.FirstStored, &in.LastStored)
	})
	if in.Events == 0 {
		in.FirstStored, in.LastStored = time.Time{}, time.Time{}
	}
	s.told["events"] = strconv.FormatUint(in.Events, 10)
	return err
}

// with adds to the parameters that all statements share.
func (s *stage) with(more ...params) params {
	p := maps.Clone(s.params)
	for _, m := range more {
		maps.Copy(p, m)
	}
	return p
}

func (s *stage) create(ctx context.Context) error {
	for _, t := range working {
		if err := s.exec(ctx, "rollups/create_"+t, s.params); err != nil {
			return err
		}
	}
	for _, t := range swapped {
		if err := s.execAll(ctx, params{"staging": stagingTable(s.staging, t)}, "rollups/create_"+t, "rollups/hold_merges"); err != nil {
			return err
		}
	}
	return nil
}

// bucketBounds cuts the addresses into buckets.
func (s *stage) bucketBounds(ctx context.Context) error {
	bucket := params{"is_first": "true", "from_site": "", "from_ip": "::"}
	size := params{
		"most_views":  strconv.FormatUint(s.ViewsPerBucket, 10),
		"least_views": strconv.FormatUint(s.ViewsPerBucket/10, 10),
		"one_in":      strconv.FormatUint(max(1, min(s.ViewsPerBucket/10_000, 64)), 10),
	}
	err := s.query(ctx, "rollups/bucket_bounds", s.with(size), func(r driver.Rows) error {
		var site string
		var ip net.IP
		if err := r.Scan(&site, &ip, &s.views); err != nil {
			return err
		}
		bucket["is_last"], bucket["to_site"], bucket["to_ip"] = "false", site, ip16(ip)
		s.bounds = append(s.bounds, bucket)
		bucket = params{"is_first": "false", "from_site": site, "from_ip": ip16(ip)}
		return nil
	})
	bucket["is_last"], bucket["to_site"], bucket["to_ip"] = "true", "", "::"
	s.bounds = append(s.bounds, bucket)
	s.told["buckets"], s.told["views"] = strconv.Itoa(len(s.bounds)), strconv.FormatUint(s.views, 10)
	return err
}

// prepare finds the views that one address's rows alone do not tell, numbers sources and networks,
// and says what user-agents stand for.
func (s *stage) prepare(ctx context.Context) error {
	g, ctx := limited(ctx)
	s.useHabits()
	s.told["rules"] = s.Rules.Version()
	s.shares(ctx, g, "rollups/fill_repeats", s.views, 5*s.ViewsPerBucket)
	g.Go(func() error { return s.labelSources(ctx) })
	g.Go(func() error {
		if err := s.findBots(ctx); err != nil {
			return err
		}
		return s.findBeaconSites(ctx)
	})
	g.Go(func() error { return s.exec(ctx, "rollups/fill_networks", s.params) })
	g.Go(func() error { return s.exec(ctx, "rollups/fill_agents", s.params) })
	return g.Wait()
}

// repeatedViews reduces those views.
func (s *stage) repeatedViews(ctx context.Context) error {
	n, err := s.count(ctx, "rollups/count_repeats", s.params)
	s.params["no_repeats"], s.told["views"] = yes(n == 0), strconv.FormatUint(n, 10)
	if err != nil || n == 0 {
		return err
	}
	g, ctx := limited(ctx)
	s.shares(ctx, g, "rollups/fill_repeated_views", n, repeatsPerShare)
	return g.Wait()
}

// shares runs a statement for one share of n views after the other.
func (s *stage) shares(ctx context.Context, g *errgroup.Group, name string, n, perShare uint64) {
	shares := 1 + n/perShare
	for share := range shares {
		p := s.with(params{"share": strconv.FormatUint(share, 10), "shares": strconv.FormatUint(shares, 10)})
		g.Go(func() error { return s.exec(ctx, name, p) })
	}
}

// buckets gives the views of each bucket their sessions and times, and fills the tables by address.
func (s *stage) buckets(ctx context.Context) error {
	g, ctx := limited(ctx)
	for i, bounds := range s.bounds {
		p := s.with(bounds)
		p["bucket"] = strconv.Itoa(i)
		g.Go(func() error { return s.bucket(ctx, p) })
	}
	return g.Wait()
}

func (s *stage) bucket(ctx context.Context, p params) error {
	if err := s.exec(ctx, "rollups/fill_visits", p); err != nil {
		return err
	}
	switch suspects, err := s.pairSuspects(ctx, p); {
	case err != nil:
		return err
	case suspects > 0:
		if err := s.exec(ctx, "rollups/fill_visits", s.with(p, params{"paired": "true"})); err != nil {
			return err
		}
	}
	for _, t := range byAddress {
		p["staging"] = stagingTable(s.staging, t)
		if err := s.exec(ctx, "rollups/fill_"+t, p); err != nil {
			return err
		}
	}
	return nil
}

// sum tells what the tables must come to.
func (s *stage) sum(ctx context.Context) (err error) {
	if s.staging.From, err = s.sums(ctx, "rollups/sum_visits", params{"source": s.params["visits"]}); err != nil {
		return err
	}
	s.staging.CustomEvents, err = s.count(ctx, "rollups/count_custom_events", s.params)
	return err
}

// tables merges the tables by address, and meanwhile makes the others from them.
func (s *stage) tables(ctx context.Context) error {
	g, group := limited(ctx)
	g.Go(func() error { return s.mergeParts(group, stagingTable(s.staging, pairsTable)) })
	var mu sync.Mutex
	merge := func(table string) error {
		sums, err := s.mergeTable(group, s.staging, table)
		mu.Lock()
		defer mu.Unlock()
		s.staging.Sums[table] = sums
		return err
	}
	for _, t := range byAddress {
		g.Go(func() error { return merge(t) })
	}
	for _, t := range fromOthers {
		g.Go(func() error {
			if err := s.exec(group, "rollups/fill_"+t, s.with(params{"staging": stagingTable(s.staging, t)})); err != nil {
				return err
			}
			return merge(t)
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return s.countMore(ctx)
}

// countMore counts the custom events again where the table has more of them than there were: unlike views,
// which are read once, more can come between their count and the table.
func (s *stage) countMore(ctx context.Context) error {
	rows := s.staging.Sums[ledger.EventsTable].Views
	if rows <= s.staging.CustomEvents {
		return nil
	}
	now, err := s.count(ctx, "rollups/count_custom_events", s.params)
	s.staging.CustomEvents = min(rows, now)
	return err
}

// mergeTable merges a filled table, and sums it.
func (w *Warehouse) mergeTable(ctx context.Context, s *ledger.Staging, table string) (ledger.Sums, error) {
	if err := w.mergeParts(ctx, stagingTable(s, table)); err != nil {
		return ledger.Sums{}, err
	}
	return w.sums(ctx, "rollups/sum_"+table, ofDay(s.Day, params{"source": stagingTable(s, table)}))
}

// mergeParts merges a table to one part, which is what makes the swap all or nothing on disk.
func (w *Warehouse) mergeParts(ctx context.Context, table string) error {
	staging := params{"staging": table}
	parts, err := w.count(ctx, "rollups/staged_parts", staging)
	if err == nil && parts > 1 {
		err = w.exec(ctx, "rollups/merge_staging", staging)
	}
	return err
}

func limited(ctx context.Context) (*errgroup.Group, context.Context) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(stepsAtOnce)
	return g, ctx
}

// ip16 writes an address as IPv6, as the tables hold it.
func ip16(ip net.IP) string {
	if v4 := ip.To4(); v4 != nil {
		return "::ffff:" + v4.String()
	}
	return ip.String()
}
