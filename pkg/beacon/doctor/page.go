package doctor

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// page is what a browser gets to see first.
type page struct {
	url      *url.URL // after redirects
	header   http.Header
	tags     []map[string]string // attributes of script elements that name a site
	images   []string            // addresses in noscript elements
	policies []string            // Content-Security-Policies of headers and meta elements
}

func (p *page) origin() string { return p.url.Scheme + "://" + p.url.Host }

func (e examination) load(ctx context.Context, address string) (*page, bool) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	a, err := e.get(ctx, address, "")
	if err != nil {
		e.wrong("The page cannot be loaded: %v.", err)
		return nil, false
	}
	p := &page{url: a.url, header: a.header, policies: a.header.Values("Content-Security-Policy")}
	if kind := a.header.Get("Content-Type"); a.code != http.StatusOK || !strings.Contains(kind, "html") {
		e.wrong("%s answers %s with content type %q: give the address of a page that works.", p.url, a.status, kind)
		return nil, false
	}
	root, err := html.Parse(bytes.NewReader(a.content))
	if err != nil {
		e.wrong("The page is not HTML: %v.", err)
		return nil, false
	}
	p.read(root)
	e.good("The page %s is there.", p.url)
	return p, true
}

func (p *page) read(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
		}
		switch {
		case n.Data == "script" && has(attributes, "data-site"):
			p.tags = append(p.tags, attributes)
		case n.Data == "meta" && strings.EqualFold(attributes["http-equiv"], "Content-Security-Policy"):
			p.policies = append(p.policies, attributes["content"])
		case n.Data == "noscript" && n.FirstChild != nil: // its content is text to a browser with JavaScript
			for _, m := range imageSource.FindAllStringSubmatch(text(n), -1) {
				p.images = append(p.images, html.UnescapeString(m[1]))
			}
		}
	}
}

var imageSource = regexp.MustCompile(`<img[^>]*\ssrc="([^"]*)"`)

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func has(attributes map[string]string, name string) bool {
	_, ok := attributes[name]
	return ok
}

// lookAtTiming looks for the request id, by which a log line and a beacon's view are known to be one.
func (e examination) lookAtTiming(p *page) {
	for _, v := range p.header.Values("Server-Timing") {
		if regexp.MustCompile(`(^|,)\s*rid;(.*;)?\s*desc=`).MatchString(v) {
			e.good("The web server tells its request id (Server-Timing: %s).", v)
			return
		}
	}
	e.advise("No Server-Timing header holds a request id. If this site's log is read too, its lines and these views are then matched " +
		`by address and time only. With nginx: add_header Server-Timing 'rid;desc="$request_id"';`)
}

// tag is the script element that counts.
type tag struct {
	attributes map[string]string
	site       string
	src        *url.URL
}

func (e examination) findTag(p *page) (*tag, bool) {
	if len(p.tags) == 0 {
		e.wrong("The tag is missing: the page has no <script … data-site=…>. bin/footfall snippet prints it. (One that a tag manager adds cannot be seen from here.)")
		return nil, false
	}
	if len(p.tags) > 1 {
		e.advise("The page has %d tags. Only the first that loads counts: remove the others.", len(p.tags))
	}
	attributes := p.tags[0]
	t := &tag{attributes: attributes, site: attributes["data-site"]}
	if t.site == "" {
		e.wrong("data-site of the tag is empty: give it the site's key.")
		return nil, false
	}
	src, err := p.url.Parse(strings.TrimSpace(attributes["src"]))
	if err != nil || attributes["src"] == "" {
		e.wrong("The tag's src %q is no address.", attributes["src"])
		return nil, false
	}
	if strings.EqualFold(attributes["type"], "module") {
		e.wrong(`The tag has type="module", in which a script cannot find its own tag: take that away.`)
		return nil, false
	}
	t.src = src
	e.good("The tag is there: site %q, script %s.", t.site, src)
	return t, true
}

// lookAtPlace finds a script that visitors cannot reach although this machine may.
func (e examination) lookAtPlace(p *page, t *tag) {
	if p.url.Scheme == "https" && t.src.Scheme == "http" {
		e.wrong("The page comes by https and the script by http: browsers do not load it. Serve the collector by https.")
	}
	if private(t.src.Hostname()) && !private(p.url.Hostname()) {
		e.wrong("The script's host %s is the wrong one: only this machine or network reaches it, and visitors' browsers look for it at theirs.", t.src.Hostname())
	}
	if len(p.images) == 0 {
		e.advise("Readers without JavaScript are not counted: there is no <noscript> image.")
	}
}

// private reports whether a host is a loopback or private address, or localhost.
func private(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || !strings.Contains(host, ".") && net.ParseIP(host) == nil {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified())
}
