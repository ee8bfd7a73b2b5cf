package event

import (
	"net/url"
	"strings"
)

// SetURL splits a page's absolute http(s) URL, or a path with its query, into host, path and query,
// and takes the utm_* fields from the query where the event has none of its own. Escapes stay as
// sent. A fragment is dropped unless it is a hash route (it starts with '/' or '!').
func (e *Event) SetURL(raw string) error {
	if raw == "" {
		return invalid("url", raw, ReasonMissing, "is required")
	}
	if err := CheckText("url", raw, MaxURL); err != nil {
		return err
	}
	if raw[0] == '/' {
		e.splitPath(raw)
		return nil
	}
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return invalid("url", raw, ReasonMalformed, "must be an absolute http or https URL, or a path that starts with a slash")
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, err := cleanHost(rest[:end])
	if err != nil {
		return invalid("url", raw, ReasonMalformed, "must name a host")
	}
	e.Host = host
	e.splitPath(rest[end:])
	return nil
}

func (e *Event) splitPath(s string) {
	path, fragment, _ := strings.Cut(s, "#")
	path, query, _ := strings.Cut(path, "?")
	if path == "" {
		path = "/"
	}
	if strings.HasPrefix(fragment, "/") || strings.HasPrefix(fragment, "!") {
		path += "#" + fragment
	}
	e.Path, e.Query = path, query
	e.Campaign.fillFrom(query)
}

// cleanHost takes credentials, the port and the root's dot away; the host is the site's, not the
// connection's.
func cleanHost(authority string) (string, error) {
	if isPlainHost(authority) {
		return authority, nil
	}
	u, err := url.Parse("http://" + authority)
	if err == nil {
		if host := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")); host != "" {
			return host, nil
		}
	}
	return "", invalid("url", authority, ReasonMalformed, "must name a host")
}

// isPlainHost reports whether a host is one that nothing has to be done to: most are.
func isPlainHost(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return s != "" && s[len(s)-1] != '.'
}

func (c *Campaign) fillFrom(query string) {
	if !strings.Contains(query, "utm_") {
		return
	}
	values, _ := url.ParseQuery(query) // pairs that do not parse are no campaign fields
	for key, field := range map[string]*string{
		"utm_source": &c.Source, "utm_medium": &c.Medium, "utm_campaign": &c.Name,
		"utm_term": &c.Term, "utm_content": &c.Content,
	} {
		if v := values.Get(key); *field == "" && CheckText(key, v, MaxCampaign) == nil {
			*field = v
		}
	}
}

// CleanReferrer returns the referrer as it is kept: an absolute http(s) URL without credentials and
// fragment, with its escapes as sent. Anything else (“-”, app schemes, garbage) is no referrer and
// gives "".
func CleanReferrer(raw string) string {
	raw, _, _ = strings.Cut(raw, "#")
	if isPlainReferrer(raw) {
		return raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	rest := raw[len(u.Scheme)+len("://"):]
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	return u.Scheme + "://" + rest[strings.LastIndexByte(rest[:end], '@')+1:]
}

// isPlainReferrer reports whether a referrer is kept as it is, without a closer look.
func isPlainReferrer(raw string) bool {
	rest, ok := strings.CutPrefix(raw, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(raw, "http://"); !ok {
			return false
		}
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	for i := end; i < len(rest); i++ {
		if c := rest[i]; c <= ' ' || c >= 0x7f || c == '%' {
			return false
		}
	}
	return isPlainHost(rest[:end])
}
