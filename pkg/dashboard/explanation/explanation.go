// Package explanation is the part of the dashboard's API that says in words how the figures of one
// address on one day come about, as `footfall rollup explain` prints it.
package explanation

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Explainer writes the explanation.
type Explainer interface {
	Explain(ctx context.Context, out io.Writer, site sites.Site, day ledger.Day, ip netip.Addr) error
}

// Sites knows the time zones of sites.
type Sites interface {
	Lookup(key string) (sites.Site, bool)
}

// Explanation answers with it.
type Explanation struct {
	explainer Explainer
	sites     Sites
	now       func() time.Time
}

// New makes an Explanation.
func New(explainer Explainer, dir Sites) *Explanation {
	return &Explanation{explainer: explainer, sites: dir, now: time.Now}
}

// Register adds the operation.
func (e *Explanation) Register(api huma.API) {
	op := access.Operation("explain-address", http.MethodGet, "/sites/{site}/addresses/{ip}/explanation",
		"How the figures of one address on one day come about, in words", "figures", access.Needs(access.Viewer))
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The views, the sessions and the arithmetic of every time, for people to read.",
		Content:     map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: "string"}}},
	}}
	huma.Register(api, op, e.explain)
}

type question struct {
	Site string `path:"site" doc:"Site key."`
	IP   string `path:"ip" doc:"Address as the daily tables hold it: after the site's privacy mode." example:"203.0.113.7"`
	Day  string `query:"day" required:"true" doc:"Local day, or today or yesterday." example:"2026-01-31"`
	Zone string `query:"tz" doc:"Time zone of the day; the site's by default." example:"Europe/Vienna"`
}

type answer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (e *Explanation) explain(ctx context.Context, q *question) (*answer, error) {
	if err := access.Site(access.From(ctx), q.Site); err != nil {
		return nil, err
	}
	site, ok := e.sites.Lookup(q.Site)
	if !ok {
		return nil, huma.Error404NotFound(fmt.Sprintf("there is no site %q", q.Site))
	}
	ip, err := netip.ParseAddr(q.IP)
	if err != nil {
		return nil, invalid("path.ip", q.IP, fmt.Errorf("address %q must be an IPv4 or IPv6 address", q.IP))
	}
	zone := site.Zone
	if q.Zone != "" {
		if zone, err = sites.LoadZone(q.Zone); err != nil {
			return nil, invalid("query.tz", q.Zone, err)
		}
	}
	date, err := ledger.ParseDate(q.Day, e.now().In(zone))
	if err != nil {
		return nil, invalid("query.day", q.Day, err)
	}
	var text bytes.Buffer
	if err := e.explainer.Explain(ctx, &text, site, ledger.Day{Date: date, Zone: zone}, ip.Unmap().WithZone("")); err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	return &answer{"text/plain; charset=utf-8", text.Bytes()}, nil
}

func invalid(location string, value any, err error) error {
	return huma.Error422UnprocessableEntity(err.Error(), &huma.ErrorDetail{Message: err.Error(), Location: location, Value: value})
}
