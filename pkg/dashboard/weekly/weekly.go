// Package weekly sends each week's figures of a site to people, by mail with a picture of the chart, and
// to a webhook as JSON.
//
// The figures are those of the API: the same questions, asked as a viewer of that one site. A week runs
// from Monday to Sunday in the site's time zone and is compared with the week before. It is sent once
// all its days are final, or after some patience with a note that names those that are not.
//
// Delivery: what was sent stands in ClickHouse (reports_sent), one row for each attempt. An attempt is
// written before it is made and taken back when another one is seen, so that of several processes one
// sends. An attempt that was written and never ended, because its process was killed, is made again
// after a while with the same Message-ID or Footfall-Delivery: at least once then, and once otherwise.
// After downtime only the latest week is sent.
package weekly

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/nudge"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Figures answers the API's questions; whoever asks stands in the context.
type Figures interface {
	AskSummary(ctx context.Context, q figures.Question, compare string) (figures.Summary, error)
	AskTimeline(ctx context.Context, q figures.Question) (figures.Timeline, error)
	AskReport(ctx context.Context, q figures.Question, report figures.ReportName, sort string, limit int) (figures.Table, error)
	AskAnnotations(ctx context.Context, q figures.Question) ([]figures.Annotation, error)
}

// Sites knows the time zones of sites.
type Sites interface {
	Lookup(key string) (sites.Site, bool)
}

// Weekly makes and sends reports. It is a part of the API and a part of the process.
type Weekly struct {
	// Now tells the time.
	Now func() time.Time

	cfg     Config
	base    string
	figures Figures
	sites   Sites
	journal delivery.Journal
	doors   []door
	log     *slog.Logger
	metrics *metrics
	loop    *nudge.Loop
}

// New makes a Weekly; base is the URL at which people find the dashboard.
func New(cfg Config, base string, f Figures, dir Sites, j delivery.Store, log *slog.Logger, reg prometheus.Registerer) (*Weekly, error) {
	w := &Weekly{
		cfg: cfg, base: base, figures: f, sites: dir, journal: journalOf(j), log: log, metrics: newMetrics(reg), Now: time.Now,
		loop: nudge.New(),
	}
	for _, key := range cfg.Sites {
		if _, ok := dir.Lookup(key); !ok {
			return nil, fmt.Errorf("dashboard-weekly-site %q is not in the sites file", key)
		}
	}
	var err error
	w.doors, err = cfg.doors(log)
	return w, err
}

// reader is who asks for a site's figures when nobody does.
func reader(ctx context.Context, site string) context.Context {
	return access.With(ctx, access.Principal{Name: "weekly report", Role: access.Viewer, Sites: []string{site}})
}

// Build makes the report of a week, asking as whoever stands in the context.
func (w *Weekly) Build(ctx context.Context, site sites.Site, week Week) (Report, error) {
	r := Report{
		Version: Version, ID: idOf(site.Key, week), Site: site.Key, Zone: site.Zone.String(), Week: week.String(),
		From: week.Monday.String(), To: week.Sunday().String(), Made: w.Now().UTC().Truncate(time.Second),
	}
	q := question(site, week)
	r.URL = w.link("overview", q)
	if err := w.fill(ctx, &r, q, week); err != nil {
		return r, fmt.Errorf("make report of %s for %s: %w", week, site.Key, err)
	}
	return r, nil
}

func question(site sites.Site, week Week) figures.Question {
	return figures.Question{Site: site.Key, Range: week.Monday.String() + ".." + week.Sunday().String(), Bots: "people"}
}

// final reports whether all days of a week are, by one question.
func (w *Weekly) final(ctx context.Context, site sites.Site, week Week) (bool, error) {
	s, err := w.figures.AskSummary(ctx, question(site, week), "none")
	if err != nil {
		return false, fmt.Errorf("ask whether %s is final for %s: %w", week, site.Key, err)
	}
	return w.allFinal(s.Asked, week), nil
}

func (w *Weekly) allFinal(a figures.Asked, week Week) bool {
	return len(a.Unready) == 0 && !w.Now().Before(week.End())
}

func (w *Weekly) fill(ctx context.Context, r *Report, q figures.Question, week Week) (err error) {
	s, err := w.figures.AskSummary(ctx, q, "previous")
	if err != nil {
		return err
	}
	r.Totals, r.Unready, r.Final = s.Totals, s.Asked.Unready, w.allFinal(s.Asked, week)
	if s.Before != nil {
		r.Before = *s.Before
	}
	t, err := w.figures.AskTimeline(ctx, q)
	if err != nil {
		return err
	}
	r.Days = t.Points
	earlier := q
	earlier.Range = r.Before.From + ".." + r.Before.To
	if t, err = w.figures.AskTimeline(ctx, earlier); err != nil {
		return err
	}
	r.DaysBefore = t.Points
	if r.Notes, err = w.figures.AskAnnotations(ctx, q); err != nil {
		return err
	}
	return w.fillTables(ctx, r, q)
}

func (w *Weekly) fillTables(ctx context.Context, r *Report, q figures.Question) error {
	for _, l := range lists {
		t, err := w.figures.AskReport(ctx, q, figures.ReportName(l.report), l.sort, listed)
		if err != nil {
			return err
		}
		r.Lists = append(r.Lists, l.of(t, w.link(l.report, q)))
	}
	return nil
}
