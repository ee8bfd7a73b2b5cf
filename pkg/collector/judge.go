package collector

import (
	"github.com/footfall-analytics/footfall/pkg/event"
)

// judge turns a posted event into a complete one, or says what is wrong with it. base holds what the
// request says; trusted is set for the holder of a server token. The address leaves here in the form
// that the site's privacy mode gives it.
func (c *Collector) judge(p *event.Posted, base *event.Event, trusted bool) (event.Event, error) {
	e := *base
	if !trusted {
		if field, value := p.Trusted(); field != "" {
			return e, event.NewInvalid(field, value, event.ReasonNotAllowed, "may be stated with a server token only, at /v1/batch")
		}
	}
	if err := event.CheckSite(p.Site); err != nil {
		return e, err
	}
	site, ok := c.sites.Lookup(p.Site)
	if !ok {
		return e, event.NewInvalid("site", p.Site, event.ReasonUnknownSite, "is not in the sites file")
	}
	if err := p.Fill(&e); err != nil {
		return e, err
	}
	if trusted {
		if err := p.FillTrusted(&e); err != nil {
			return e, err
		}
	}
	if !site.Allows(e.Host) {
		return e, event.NewInvalid("url", p.URL, event.ReasonForeignHost, "must be a page of one of the hosts that the site lists")
	}
	c.privacy.apply(&e, site)
	if err := e.Validate(); err != nil {
		return e, err
	}
	if !trusted {
		return e, c.limitSite(p.Site, &e)
	}
	return e, nil
}

// limitSite charges a good event to its site.
func (c *Collector) limitSite(key string, e *event.Event) error {
	if wait, ok := c.limits.site(key, e.Received); !ok {
		return &limitedError{event.NewInvalid("site", key, reasonRateLimited, "gets more events than are taken for one site"), wait}
	}
	return nil
}
