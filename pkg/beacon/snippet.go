package beacon

import (
	"html"
	"net/url"
	"strings"
)

// Tag says what a site's script tag shall do.
type Tag struct {
	Collector string // base URL under which browsers reach the collector, such as https://stats.example.com
	Site      string // site key
	Pinned    bool   // the address that holds the hash, with its integrity
	Hash      bool   // hash routes are pages
	Manual    bool   // only footfall('pageview') counts
	DNT       bool   // Do Not Track is honoured
	IgnoreGPC bool   // Global Privacy Control is not
	Exclude   string // regular expression of addresses that are not counted
}

// Snippet is what a site puts into its pages, and what its policy has to allow.
type Snippet struct {
	Script   string // for <head>
	Queue    string // for <head>, when pages call footfall() themselves
	NoScript string // for the end of <body>
	Policy   string // sources that a Content-Security-Policy must allow
}

// Queue keeps calls of footfall() until the script is there.
const Queue = `<script>window.footfall = window.footfall || function () { (footfall.q = footfall.q || []).push(arguments) }</script>`

// Snippet writes the tag.
func (b *Beacon) Snippet(t Tag) Snippet {
	base := strings.TrimRight(t.Collector, "/")
	var s strings.Builder
	attribute := func(name, value string) {
		s.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
	}
	s.WriteString("<script defer")
	if t.Pinned {
		attribute("src", base+b.PinnedPath())
		attribute("integrity", b.integrity)
		attribute("crossorigin", "anonymous")
	} else {
		attribute("src", base+b.cfg.BeaconPath)
	}
	attribute("data-site", t.Site)
	for _, flag := range []struct {
		name string
		on   bool
	}{{"data-hash", t.Hash}, {"data-manual", t.Manual}, {"data-dnt", t.DNT}, {"data-ignore-gpc", t.IgnoreGPC}} {
		if flag.on {
			s.WriteString(" " + flag.name)
		}
	}
	if t.Exclude != "" {
		attribute("data-exclude", t.Exclude)
	}
	s.WriteString("></script>")

	image := base + b.cfg.PixelPath + "?site=" + url.QueryEscape(t.Site)
	if t.DNT {
		image += "&dnt"
	}
	if t.IgnoreGPC {
		image += "&ignore-gpc"
	}
	origin := origin(base)
	return Snippet{
		Script: s.String(), Queue: Queue,
		NoScript: `<noscript><img src="` + html.EscapeString(image) + `" alt="" width="1" height="1" referrerpolicy="no-referrer-when-downgrade"></noscript>`,
		Policy:   "script-src " + origin + "; connect-src " + origin + "; img-src " + origin,
	}
}

// origin is the source that a policy names for a base URL.
func origin(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "'self'"
	}
	return u.Scheme + "://" + u.Host
}
