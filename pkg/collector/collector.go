// Package collector is the HTTP door: it takes events from browsers, no-script images, shippers and
// servers, checks them and hands them to a Publisher.
//
// The contract with a sender:
//
//   - A 2xx means that the Publisher has acknowledged every accepted event: Kafka has it, or the synced
//     spool of this machine. A 503 means that it has not, or not all of them; repeating the request is
//     safe when the events carry an event_id, and an event that is stored twice counts once by it.
//   - Events of one request are judged one by one: a refused event is named in the answer by its
//     index, field, value and reason, and does not hold back the good ones beside it.
//   - A client never states its own address, time or witness; the holder of a server token may
//     (/v1/batch). The site's privacy mode is applied to the address before anything else sees it.
//   - Every answer that is not a success is an RFC 9457 problem in JSON, except the pixel's, which is
//     always an image.
//
// Nothing is logged per request; what happened is counted in the metrics.
package collector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/beacon"
	"github.com/footfall-analytics/footfall/pkg/enrich"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Publisher makes events durable: nil means that all of them are, an error that some may not be.
type Publisher interface {
	Publish(ctx context.Context, events []event.Event) error
}

// Sites knows the sites that are counted.
type Sites interface {
	Lookup(key string) (sites.Site, bool)
}

// Collector takes events in. It is safe for concurrent use.
type Collector struct {
	publisher Publisher
	sites     Sites
	log       *slog.Logger
	now       func() time.Time

	tokens         tokens
	clients        clients
	enricher       *enrich.Enricher
	bots           *enrich.Bots
	privacy        *privacy
	limits         *limits
	metrics        *metrics
	publishTimeout time.Duration
	batches        chan struct{} // one element per batch that is held in memory
	bodies         *bodies
	failures       *failureLog
	beacon         *beacon.Beacon
	handler        http.Handler
}

// New makes a collector; it serves nothing until its Handler is served.
func New(cfg Config, publisher Publisher, sites Sites, log *slog.Logger, reg prometheus.Registerer, options ...Option) (*Collector, error) {
	parsed, err := cfg.parse()
	if err != nil {
		return nil, fmt.Errorf("collector settings: %w", err)
	}
	if publisher == nil || sites == nil {
		return nil, errors.New("collector needs a publisher and sites")
	}
	cfg.Config = cfg.WithDefaults()
	script, err := beacon.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	c := &Collector{
		publisher: publisher, sites: sites, log: log, now: time.Now,
		tokens:         parsed.tokens,
		enricher:       enrich.New(nil),
		metrics:        newMetrics(reg),
		limits:         newLimits(cfg.RateAddress, cfg.RateSite),
		publishTimeout: cfg.PublishTimeout,
		batches:        make(chan struct{}, cfg.BatchesAtOnce),
		bodies:         newBodies(),
		failures:       newFailureLog(),
		beacon:         script,
	}
	c.clients = clients{proxies: parsed.proxies, header: cfg.ForwardedHeader, invalid: c.metrics.forwardedInvalid}
	c.privacy = newPrivacy(parsed.addressKey, log)
	c.handler = c.routes(cfg)
	for _, option := range options {
		option(c)
	}
	if c.bots == nil {
		c.bots, err = enrich.NewBots(rules.BotsConfig{})
	}
	return c, err
}

// Option changes what New makes.
type Option func(*Collector)

// WithClock replaces the clock that stamps the receive time.
func WithClock(now func() time.Time) Option {
	return func(c *Collector) { c.now = now }
}

// WithEnricher replaces the enricher, which knows no networks.
func WithEnricher(e *enrich.Enricher) Option {
	return func(c *Collector) { c.enricher = e }
}

// WithBots replaces what marks bots by the lists that come with the program.
func WithBots(b *enrich.Bots) Option {
	return func(c *Collector) { c.bots = b }
}

// Handler answers all of the collector's routes.
func (c *Collector) Handler() http.Handler { return c.handler }

// received is the receive time of a request: UTC, in whole milliseconds, as it is stored.
func (c *Collector) received() time.Time {
	return c.now().UTC().Truncate(time.Millisecond)
}
