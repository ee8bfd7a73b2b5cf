package collector

import (
	"github.com/footfall-analytics/footfall/pkg/event"
)

// judge makes a complete event of a posted one, or says what is wrong with it. e holds what the request
// says; trusted is set for the holder of a server token. The address leaves here in the form that the
// site's privacy mode gives it.
func (c *Collector) judge(p *event.Posted, e *event.Event, trusted bool) error {
	if !trusted {
		if field, value := p.Trusted(); field != "" {
			return event.NewInvalid(field, value, event.ReasonNotAllowed, "may be stated with a server token only, at /v1/batch")
		}
	}
	if err := event.CheckSite(p.Site); err != nil {
		return err
	}
	site, ok := c.sites.Lookup(p.Site)
	if !ok {
		return event.NewInvalid("site", p.Site, event.ReasonUnknownSite, "is not in the sites file")
	}
	if err := p.Fill(e); err != nil {
		return err
	}
	if trusted {
		if err := p.FillTrusted(e); err != nil {
			return err
		}
	}
	if !site.Allows(e.Host) {
		return event.NewInvalid("url", p.URL, event.ReasonForeignHost, "must be a page of one of the hosts that the site lists")
	}
	c.enricher.Apply(e)
	c.bots.Mark(e)
	c.privacy.apply(e, site)
	if err := e.Validate(); err != nil {
		return err
	}
	if !trusted {
		return c.limitSite(p.Site, e)
	}
	return nil
}

// limitSite charges a good event to its site.
func (c *Collector) limitSite(key string, e *event.Event) error {
	if wait, ok := c.limits.site(key, e.Received); !ok {
		return &limitedError{event.NewInvalid("site", key, reasonRateLimited, "gets more events than are taken for one site"), wait}
	}
	return nil
}
