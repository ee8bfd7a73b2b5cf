package collector

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// gif is a transparent image of one pixel.
const gif = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// getPixel counts a page view of a browser without JavaScript. The answer is always the image, so
// that no page shows a broken one; its status is 200 only once the view is durable, and the header
// X-Footfall-Error says what was wrong.
//
// Browsers that send Global Privacy Control are not counted, unless the address says ignore-gpc; those
// that send Do Not Track are, unless it says dnt.
func (c *Collector) getPixel(g *gin.Context) {
	h, status := g.Writer.Header(), http.StatusOK
	var p *problem
	optedOut := optsOut(g.Request)
	if !optedOut {
		p = c.countPixel(g.Request)
	}
	h.Set("Content-Type", "image/gif")
	h.Set("Content-Length", strconv.Itoa(len(gif)))
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	switch {
	case optedOut:
		c.metrics.request(status, "opted_out")
	case p == nil:
		c.metrics.request(status, "ok")
	default:
		status = p.Status
		c.metrics.request(status, p.reason)
		p.setHeaders(h)
		h.Set("X-Footfall-Error", fmt.Sprintf("%s %s: %s", p.Field, strconv.QuoteToASCII(p.Value), p.Detail))
	}
	g.Writer.WriteHeader(status)
	_, _ = g.Writer.WriteString(gif) // the client has gone when this fails
}

// optsOut reports whether the browser asks not to be counted, and the site follows.
func optsOut(r *http.Request) bool {
	q := r.URL.Query()
	return r.Header.Get("Sec-Gpc") == "1" && !q.Has("ignore-gpc") || r.Header.Get("Dnt") == "1" && q.Has("dnt")
}

func (c *Collector) countPixel(r *http.Request) *problem {
	base := c.begin(r)
	if p := c.chargeAddress(&base, 1, 0); p != nil {
		return p
	}
	fillFromBrowser(&base, r.Header)
	base.Witness = event.Pixel
	if err := c.judge(pixelEvent(r), &base, false); err != nil {
		t := &tally{}
		t.reject(0, err)
		c.countRejected(t)
		if t.wait > 0 {
			return rateLimited(t.Errors[0].Field, t.Errors[0].Value, t.wait)
		}
		return nothingAccepted(t)
	}
	ctx, cancel := c.publishContext(r)
	defer cancel()
	p := c.publish(ctx, []event.Event{base})
	if p == nil {
		c.metrics.count(resultAccepted, "ok", 1)
	}
	return p
}

// pixelEvent reads the image's query. Without a url the page is the one that the browser names as
// the image's referrer.
func pixelEvent(r *http.Request) *event.Posted {
	q := r.URL.Query()
	page := q.Get("url")
	if page == "" {
		page = r.Referer()
	}
	return &event.Posted{
		Type: event.Pageview.String(), Site: q.Get("site"), URL: page, Title: q.Get("title"), Referrer: q.Get("referrer"), RequestID: q.Get("request_id"),
	}
}
