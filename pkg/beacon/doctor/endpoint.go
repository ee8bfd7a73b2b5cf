package doctor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// refusedInAnyCase makes an event that the collector judges up to its last field, and then refuses.
const refusedInAnyCase = 101 // percent scrolled

// problem is the part of the collector's answer that is looked at.
type problem struct {
	Type   string `json:"type"`
	Errors []struct{ Field, Value, Reason, Detail string }
}

// tryEndpoint posts as the script does.
func (e examination) tryEndpoint(ctx context.Context, p *page, t *tag, endpoint *url.URL) bool {
	body, err := json.Marshal(map[string]any{"site": t.site, "type": "pageview", "url": p.url.String(), "scroll_pct": refusedInAnyCase})
	if err != nil {
		e.wrong("The page's address cannot be posted: %v.", err)
		return false
	}
	a, err := e.do(ctx, http.MethodPost, endpoint.String(), p.origin(), strings.NewReader(string(body)))
	if err != nil {
		e.wrong("The endpoint %s cannot be reached: %v.", endpoint, err)
		return false
	}
	var judged problem
	if json.Unmarshal(a.content, &judged) != nil || !strings.HasPrefix(judged.Type, "urn:footfall:problem:") {
		e.wrong("The endpoint %s is blocked: %s comes from something in front of the collector. Let POST pass there.", endpoint, a.status)
		return false
	}
	if !sameOrigin(endpoint, p.url) && a.header.Get("Access-Control-Allow-Origin") == "" {
		e.wrong("The endpoint's answers have lost their Access-Control-Allow-Origin header: the proxy in front takes it away, and browsers take every answer for a failure.")
		return false
	}
	return e.understand(p, t, endpoint, a.status, judged)
}

func (e examination) understand(p *page, t *tag, endpoint *url.URL, status string, judged problem) bool {
	if len(judged.Errors) == 0 {
		e.wrong("The endpoint %s answers %s (%s): try again later.", endpoint, status, strings.TrimPrefix(judged.Type, "urn:footfall:problem:"))
		return false
	}
	switch first := judged.Errors[0]; {
	case first.Reason == "unknown_site":
		e.wrong("The collector does not know the site %q: add it to the sites file, or correct data-site.", t.site)
	case first.Reason == "foreign_host":
		e.wrong("The page's host %s is the wrong one for site %q: add it to the site's hosts in the sites file, or correct data-site.", p.url.Hostname(), t.site)
	case first.Field != "scroll_pct":
		e.wrong("The collector refuses this page's views: %s %s (%q).", first.Field, first.Detail, first.Value)
	default:
		e.good("The endpoint %s takes views of this page for site %q.", endpoint, t.site)
	}
	return true
}

// lookAtAddress asks the collector whom it sees.
func (e examination) lookAtAddress(ctx context.Context, p *page, endpoint *url.URL) {
	ask := *endpoint
	ask.RawQuery = "doctor"
	a, err := e.get(ctx, ask.String(), p.origin())
	var seen struct{ Address, Forwarded, Header string }
	if err != nil || a.code != http.StatusOK || json.Unmarshal(a.content, &seen) != nil || seen.Address == "" {
		e.advise("The collector does not say whom it sees at %s: a proxy in front lets only POST pass.", &ask)
		return
	}
	switch {
	case seen.Forwarded == "ignored":
		e.wrong("A proxy hides the visitors' addresses: all views come from %s. It names the visitor in %s, which the collector does not believe yet: "+
			"start it with --trusted-proxies %s --forwarded-header X-Forwarded-For (or the header that your proxy sets).", seen.Address, seen.Header, seen.Address)
	case private(seen.Address) && !private(endpoint.Hostname()):
		e.wrong("A proxy hides the visitors' addresses: all views come from %s, and no header names the visitor. "+
			"Let the proxy set X-Forwarded-For, and start the collector with --trusted-proxies %s --forwarded-header X-Forwarded-For.", seen.Address, seen.Address)
	default:
		e.good("The collector sees this machine as %s.", seen.Address)
	}
}
