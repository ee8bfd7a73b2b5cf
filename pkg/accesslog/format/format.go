// Package format reads the lines of web servers' access logs.
//
// What is covered: the combined and common formats of nginx and Apache, any nginx log_format and any
// Apache LogFormat given as its own text, flat JSON objects with the usual names (nginx's escape=json),
// and Caddy's JSON. Without a choice, combined, common and JSON are told apart line by line.
//
// A line is read or refused under one Reason; nothing that stands in it is an error of the program.
// Escapes are decoded as the format says; "-" means nothing. What a log does not name stays empty.
package format

import (
	"errors"
	"fmt"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// The formats that have a name.
const (
	Auto          = "auto" // combined, common, JSON or Caddy's JSON, told line by line
	Combined      = "combined"
	Common        = "common"
	VhostCombined = "vhost_combined" // Apache's on Debian: host and port before combined
	JSON          = "json"
	Caddy         = "caddy"
)

const vhostCombined = `%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"`

// Format reads lines of one form. It is for one goroutine.
type Format struct {
	read    func(*Format, *Line, string) Reason
	proxies proxies.Trusted
	form    template
	json    fastjson.Parser
	values  values
}

// New makes a reader of the named format, or of a log_format (with $names) or LogFormat (with
// %letters) given as its own text, with or without the directive around it; "" is Auto.
//
// proxies are addresses or CIDRs: where the line's address is one of them and the line has a field
// with the forwarded addresses, the client is the rightmost of these that is no proxy.
func New(text string, proxies []string) (*Format, error) {
	f := &Format{}
	var err error
	if f.proxies, err = Prefixes(proxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	switch text = strings.TrimSpace(text); text {
	case "", Auto:
		f.read = (*Format).readAuto
	case Combined, Common:
		f.read = (*Format).readCombined
	case JSON, Caddy:
		f.read = (*Format).readJSON
	case VhostCombined:
		text = vhostCombined
		fallthrough
	default:
		if f.form, err = compile(text); err != nil {
			return nil, fmt.Errorf("access log format %q: %w", text, err)
		}
		f.read = (*Format).readTemplate
	}
	return f, nil
}

// compile makes a template of a format's text.
func compile(text string) (template, error) {
	switch {
	case strings.Contains(text, "$"):
		return compileNginx(text)
	case strings.Contains(text, "%"):
		return compileApache(text)
	}
	return template{}, errors.New("is no name that is known (auto, combined, common, vhost_combined, json, caddy), " +
		"no nginx log_format with $names and no Apache LogFormat with %letters")
}

// Read reads one line without its line end. It returns "" or why the line cannot be read; l is then
// undefined.
func (f *Format) Read(l *Line, raw []byte) Reason {
	s := string(raw)
	if strings.TrimSpace(s) == "" {
		return SkipEmpty
	}
	*l = Line{}
	return f.read(f, l, s)
}

func (f *Format) readAuto(l *Line, s string) Reason {
	if s[0] == '{' {
		return f.readJSON(l, s)
	}
	return l.readCombined(s)
}

func (f *Format) readCombined(l *Line, s string) Reason { return l.readCombined(s) }

func (f *Format) readTemplate(l *Line, s string) Reason {
	f.values = values{}
	if !f.form.cut(s, &f.values) {
		return SkipMalformed
	}
	l.whole = f.form.ends
	return f.fill(l)
}
