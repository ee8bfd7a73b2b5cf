package format

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
	RequestID   string
	Scheme      string        // "" where the format does not log it,
	Host        string        // as it is
	Duration    time.Duration // that the server took

	whole bool // it is certain that nothing of the line is missing
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

// URL returns the target as it can be posted, with the host in front where the log names one.
func (l *Line) URL() string {
	if !strings.HasPrefix(l.Target, "/") || !isHost(l.Host) {
		return escapeTarget(l.Target)
	}
	if l.Scheme == "https" {
		return "https://" + l.Host + escapeTarget(l.Target)
	}
	return "http://" + l.Host + escapeTarget(l.Target)
}

// isHost reports whether s is a name or an address, with or without a port; what clients send for a
// host may be anything.
func isHost(s string) bool {
	name, port, _ := strings.Cut(s, ":")
	if name == "" || len(s) > 255 || len(port) > 5 || strings.Trim(port, "0123456789") != "" || name[0] == '.' || strings.Contains(name, "..") {
		return false
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !(c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return false
		}
	}
	return true
}

// Whole reports whether a line without its end can be trusted to be all there.
func (l *Line) Whole() bool { return l.whole }

// Posted fills p with the view that the line reports.
func (l *Line) Posted(p *event.Posted, site string, id event.ID) {
	*p = event.Posted{
		Site: site, Type: event.Pageview.String(), Witness: event.LogLine.String(),
		URL:         l.URL(),
		EventID:     id.String(),
		RequestID:   cleanID(l.RequestID),
		Referrer:    cleanReferrer(l.Referrer),
		Address:     l.Address.String(),
		UserAgent:   cutText(cleanText(l.UserAgent), event.MaxUserAgent),
		Time:        l.Time.Format(time.RFC3339Nano),
		Method:      l.Method,
		Status:      l.Status,
		Bytes:       l.Bytes,
		ContentType: cutText(cleanText(l.ContentType), event.MaxType),
		DurationMS:  uint32(l.Duration.Milliseconds()), // at most a day; see values.duration
	}
	p.ViewID = p.EventID
}

// cleanID drops a request id that no server writes.
func cleanID(s string) string {
	if len(s) > event.MaxRequestID || !isPlain(s, '!') {
		return ""
	}
	return s
}
