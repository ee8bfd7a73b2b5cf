package doctor

import (
	"net/url"
	"strings"
)

// lookAtPolicies says what each Content-Security-Policy of the page forbids; all of them must allow.
func (e examination) lookAtPolicies(p *page, t *tag, endpoint *url.URL) {
	if len(p.policies) == 0 {
		return
	}
	clear := true
	for _, policy := range p.policies {
		for one := range strings.SplitSeq(policy, ",") { // a header may hold several
			clear = e.lookAtPolicy(parsePolicy(one), p, t, endpoint) && clear
		}
	}
	if clear {
		e.good("The Content-Security-Policy allows script and endpoint.")
	}
}

func (e examination) lookAtPolicy(c policy, p *page, t *tag, endpoint *url.URL) bool {
	clear := true
	if sources, stated := c.first("script-src-elem", "script-src", "default-src"); stated && !allowsScript(sources, t, p.url) {
		e.wrong("The Content-Security-Policy forbids the script: add %s to script-src.", origin(t.src))
		clear = false
	}
	if sources, stated := c.first("connect-src", "default-src"); stated && !allows(sources, endpoint, p.url) {
		clear = false
		if images, stated := c.first("img-src", "default-src"); stated && !allows(images, endpoint, p.url) {
			e.wrong("The Content-Security-Policy forbids to post to the endpoint: add %s to connect-src.", origin(endpoint))
		} else {
			e.advise("The Content-Security-Policy forbids to post to the endpoint, so that only images carry events, and the time on the page is lost: add %s to connect-src.", origin(endpoint))
		}
	}
	for _, image := range p.images {
		src, err := p.url.Parse(image)
		if sources, stated := c.first("img-src", "default-src"); err == nil && stated && !allows(sources, src, p.url) {
			e.advise("The Content-Security-Policy forbids an image of a <noscript>: add %s to img-src if it is Footfall's.", origin(src))
			clear = false
		}
	}
	return clear
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// policy is the sources by directive.
type policy map[string][]string

func parsePolicy(s string) policy {
	c := policy{}
	for directive := range strings.SplitSeq(s, ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			if name := strings.ToLower(words[0]); !hasDirective(c, name) { // a repeated one is ignored
				c[name] = words[1:]
			}
		}
	}
	return c
}

func hasDirective(c policy, name string) bool {
	_, ok := c[name]
	return ok
}

// first is the first of these directives that the policy states.
func (c policy) first(names ...string) ([]string, bool) {
	for _, name := range names {
		if sources, ok := c[name]; ok {
			return sources, true
		}
	}
	return nil, false
}

// allowsScript knows nonces and hashes besides the hosts; 'strict-dynamic' makes browsers pass over hosts.
func allowsScript(sources []string, t *tag, from *url.URL) bool {
	dynamic := false
	for _, s := range sources {
		if nonce := t.attributes["nonce"]; nonce != "" && s == "'nonce-"+nonce+"'" {
			return true
		}
		for hash := range strings.FieldsSeq(t.attributes["integrity"]) {
			if s == "'"+hash+"'" {
				return true
			}
		}
		dynamic = dynamic || s == "'strict-dynamic'"
	}
	return !dynamic && allows(sources, t.src, from)
}

// allows reports whether a list of sources has the address, for a page.
func allows(sources []string, u, from *url.URL) bool {
	for _, s := range sources {
		if matches(s, u, from) {
			return true
		}
	}
	return false
}

func matches(source string, u, from *url.URL) bool {
	switch {
	case strings.EqualFold(source, "'self'"):
		return u.Host == from.Host && (u.Scheme == from.Scheme || u.Scheme == "https")
	case strings.HasPrefix(source, "'"):
		return false
	case source == "*":
		return u.Scheme == "http" || u.Scheme == "https"
	case strings.HasSuffix(source, ":"):
		return fits(strings.TrimSuffix(source, ":"), u.Scheme)
	}
	scheme, rest, stated := strings.Cut(source, "://")
	if !stated {
		scheme, rest = from.Scheme, source
	}
	host, path, _ := strings.Cut(rest, "/")
	return fits(scheme, u.Scheme) && hostMatches(host, u) && pathMatches(path, u.Path)
}

// fits reports whether a scheme that is allowed lets another one pass: http lets https.
func fits(allowed, scheme string) bool {
	return strings.EqualFold(allowed, scheme) || strings.EqualFold(allowed, "http") && scheme == "https"
}

func hostMatches(source string, u *url.URL) bool {
	host, port, _ := strings.Cut(strings.ToLower(source), ":")
	usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	actual := u.Port()
	if actual == "" {
		actual = usual
	}
	if port != "*" && port != actual && (port != "" || actual != usual) {
		return false
	}
	if suffix, wild := strings.CutPrefix(host, "*"); wild {
		return strings.HasSuffix(strings.ToLower(u.Hostname()), suffix)
	}
	return host == strings.ToLower(u.Hostname())
}

// pathMatches takes a path that ends with a slash for a folder, and any other for one file.
func pathMatches(allowed, path string) bool {
	path = strings.TrimPrefix(path, "/")
	return allowed == "" || path == allowed || strings.HasSuffix(allowed, "/") && strings.HasPrefix(path, allowed)
}
