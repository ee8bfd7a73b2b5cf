// Package alerts looks at figures by rules, and tells people by mail or a webhook when one holds.
//
// Rules on days look at each day once, when its figures are final. Rules on live figures look every
// minute and tell twice: when they begin to hold, and when they end. What is unknown changes nothing.
// The figures are those of the API: the same questions, asked as a viewer of the rule's site.
//
// Delivery: how rules stood and who was told stands in ClickHouse (alerts), so that a restart repeats
// nothing; see delivery for what several processes or a killed one do. A message that cannot be sent is
// tried again for as long as it is news: a day for a week, the beginning of an alert until it ends.
// Its end is told to those who were told of its beginning.
package alerts

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
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
	AskStates(ctx context.Context, q figures.Question) (map[string]string, error)
	AskLive(ctx context.Context, site string) (figures.Live, error)
}

// Sites knows the time zones of sites.
type Sites interface {
	Lookup(key string) (sites.Site, bool)
}

// Alerts looks and tells. It is a part of the API and a part of the process.
type Alerts struct {
	// Now tells the time.
	Now func() time.Time

	rules   []Rule
	doors   map[string][]door // by rule
	base    string
	figures Figures
	sites   Sites
	store   store
	log     *slog.Logger
	metrics *metrics
	loop    *nudge.Loop

	mu     sync.Mutex
	looks  map[string]look   // the last of each rule
	faults map[string]string // what is wrong with a rule now, so that it is logged once
}

// look is what a look at a rule on live figures found.
type look struct {
	verdict Verdict
	value   *float64
	at      time.Time
}

// New makes Alerts; base is the dashboard's own address, for links.
func New(cfg Config, ways Ways, base string, f Figures, dir Sites, s delivery.Store, log *slog.Logger, reg prometheus.Registerer) (*Alerts, error) {
	rules, err := cfg.rules(ways)
	if err != nil {
		return nil, err
	}
	a := &Alerts{
		Now: time.Now, rules: rules, doors: map[string][]door{}, base: base, figures: f, sites: dir, store: store{s}, log: log, metrics: newMetrics(reg),
		loop: nudge.New(), looks: map[string]look{}, faults: map[string]string{},
	}
	for _, r := range rules {
		if _, ok := dir.Lookup(r.Site); !ok {
			return nil, fmt.Errorf("dashboard-alerts: rule %q: site %q is not in the sites file", r.Name, r.Site)
		}
		if a.doors[r.Name], err = ways.doors(r.Recipients); err != nil {
			return nil, fmt.Errorf("dashboard-alerts: rule %q: %w", r.Name, err)
		}
		if r.Webhook != "" && r.WebhookSecretFile == "" {
			log.Warn("the webhook of an alert gets no signature: name webhook_secret_file", "rule", r.Name)
		}
	}
	return a, nil
}

// reader is who asks for a site's figures when nobody does.
func reader(ctx context.Context, site string) context.Context {
	return access.With(ctx, access.Principal{Name: "alerts", Role: access.Viewer, Sites: []string{site}})
}
