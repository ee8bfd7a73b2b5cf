package format

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// field is what a place in a line tells.
type field uint8

const (
	ignored field = iota
	address
	forwarded
	stamp // of any form; see parseAnyTime
	request
	method
	target
	path
	args
	questionMark
	protocol
	scheme
	host
	status
	size
	referrer
	agent
	contentType
	requestID
	seconds
	milliseconds
	microseconds
	fieldCount
)

// values are the texts of one line, decoded; "" is what the line does not tell.
type values [fieldCount]string

// set keeps the first text of a field that says something.
func (v *values) set(f field, text string) {
	if v[f] == "" && text != "-" {
		v[f] = text
	}
}

// fill reads the values into l, in the order in which a line is judged.
func (f *Format) fill(l *Line) Reason {
	v := &f.values
	code, err := strconv.ParseUint(v[status], 10, 16)
	if err != nil || v[stamp] == "" {
		return SkipMalformed
	}
	l.Status = uint16(code)
	l.Bytes, _ = strconv.ParseUint(v[size], 10, 64) // for information; a view does not need it
	if reason := f.fillAddress(l); reason != "" {
		return reason
	}
	var ok bool
	at := v[stamp][strings.LastIndexByte(v[stamp], '[')+1:] // behind a user name with brackets
	if l.Time, ok = f.time(at); !ok {
		return SkipTime
	}
	l.Referrer, l.UserAgent, l.ContentType = v[referrer], v[agent], v[contentType]
	l.RequestID, l.Host, l.Scheme = v[requestID], v[host], v[scheme]
	l.Duration = v.duration()
	return l.fillRequest(v)
}

func (f *Format) fillAddress(l *Line) Reason {
	v := &f.values
	peer, err := event.ParseAddress(v[address])
	if (v[address] == "" || v[address] == "unix:") && len(f.proxies) > 0 { // behind a proxy on a Unix socket, or not logged
		hop := v[forwarded][strings.LastIndexByte(v[forwarded], ',')+1:]
		var ok bool
		if peer, ok = proxies.ParseHop(strings.TrimSpace(hop)); ok {
			err = nil
		}
	}
	if err != nil {
		return SkipAddress
	}
	l.Address, _ = f.proxies.Client(peer, v[forwarded])
	if l.Address == (netip.Addr{}) {
		return SkipAddress
	}
	return ""
}

// fillRequest takes the request line, or what the format names instead of it.
func (l *Line) fillRequest(v *values) Reason {
	if v[method] == "" && v[target] == "" && v[path] == "" {
		return l.parseRequest(v[request])
	}
	if v[request] != "" && (v[method] == "" || v[target] == "" && v[path] == "") {
		return l.parseRequest(v[request])
	}
	l.Target = v[target]
	if l.Target == "" {
		l.Target = v[path]
		if query := strings.TrimPrefix(v[args], "?"); query != "" {
			l.Target += "?" + query
		}
	}
	l.Method, l.Protocol = v[method], v[protocol]
	switch {
	case l.Method == "" && l.Target == "":
		return SkipNoRequest
	case !isToken(l.Method) || l.Target == "":
		return SkipBadRequest
	}
	return ""
}

func (v *values) duration() time.Duration {
	for _, f := range [...]struct {
		field field
		unit  time.Duration
	}{{microseconds, time.Microsecond}, {milliseconds, time.Millisecond}, {seconds, time.Second}} {
		if n, err := strconv.ParseFloat(v[f.field], 64); err == nil && n >= 0 && n*float64(f.unit) < float64(24*time.Hour) {
			return time.Duration(n * float64(f.unit))
		}
	}
	return 0
}
