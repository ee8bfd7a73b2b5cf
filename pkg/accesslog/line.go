package accesslog

import (
	"net/netip"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Line is one parsed line. Escapes of the log are decoded, "-" is "".
type Line struct {
	Address     netip.Addr
	Time        time.Time // UTC
	Method      string
	Target      string // as the client sent it: a path with its query, or an absolute URL
	Protocol    string // "" for HTTP/0.9
	Status      uint16
	Bytes       uint64
	Referrer    string
	UserAgent   string
	ContentType string // "" where the format does not log it

	whole bool // referrer and user-agent stand there up to their closing quotes
}

// Path returns the target's path, without query and fragment; ok is false when the target is
// neither a path nor an absolute http(s) URL that names a host.
func (l *Line) Path() (path string, ok bool) {
	path = l.Target
	if !strings.HasPrefix(path, "/") {
		var e event.Event
		if err := e.SetURL(cutText(l.URL(), event.MaxURL)); err != nil { // too long is another check
			return "", false
		}
		_, path, _ = strings.Cut(path, "://")
		path = path[len(path)-len(strings.TrimLeftFunc(path, isAuthority)):]
	}
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	return path, true
}

func isAuthority(r rune) bool { return r != '/' && r != '?' && r != '#' }

// URL returns the target as it can be posted.
func (l *Line) URL() string { return escapeTarget(l.Target) }

// Posted fills p with the view that the line reports.
func (l *Line) Posted(p *event.Posted, site string, id event.ID) {
	*p = event.Posted{
		Site: site, Type: event.Pageview.String(), Witness: event.LogLine.String(),
		URL:         l.URL(),
		EventID:     id.String(),
		Referrer:    cleanReferrer(l.Referrer),
		Address:     l.Address.String(),
		UserAgent:   cutText(cleanText(l.UserAgent), event.MaxUserAgent),
		Time:        l.Time.Format(time.RFC3339),
		Method:      l.Method,
		Status:      l.Status,
		Bytes:       l.Bytes,
		ContentType: cutText(cleanText(l.ContentType), event.MaxType),
	}
	p.ViewID = p.EventID
}
