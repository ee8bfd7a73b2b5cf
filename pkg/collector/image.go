package collector

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// getEvent takes an event in the query of an image's address, from beacons whose posts a policy or an
// extension forbids: ?event={…}. The answer is an image when the event has been dealt with, accepted or
// refused; it is none, so that the browser knows of the failure, when the event may be sent again.
//
// With ?doctor it says what the collector sees of the client, for bin/footfall doctor.
func (c *Collector) getEvent(g *gin.Context) {
	query := g.Request.URL.Query()
	if query.Has("doctor") {
		c.examine(g)
		return
	}
	if !query.Has("event") {
		g.Header("Allow", "POST, OPTIONS")
		c.wrongMethod(g)
		return
	}
	body := query.Get("event")
	r := g.Request.Clone(g.Request.Context())
	r.Method, r.Body, r.ContentLength = http.MethodPost, io.NopCloser(strings.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Type", "text/plain")
	g.Request, g.Writer = r, &imageWriter{ResponseWriter: g.Writer}
	c.postEvents(g)
}

// imageWriter writes an image instead of an answer that is final.
type imageWriter struct {
	gin.ResponseWriter
	final bool
}

func (w *imageWriter) WriteHeader(status int) {
	if w.final = status < http.StatusTooManyRequests; w.final {
		h := w.Header()
		h.Set("Content-Type", "image/gif")
		h.Set("Content-Length", strconv.Itoa(len(gif)))
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *imageWriter) Write(b []byte) (int, error) {
	if !w.final {
		return w.ResponseWriter.Write(b)
	}
	_, err := w.WriteString(gif)
	return len(b), err
}

// seen is what the collector sees of a client.
type seen struct {
	Address string `json:"address"`
	// Forwarded says what became of the headers in which proxies name the client.
	Forwarded string `json:"forwarded"` // none, believed or ignored
	Header    string `json:"header,omitempty"`
}

// forwardedHeaders are those that proxies set.
var forwardedHeaders = []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip", "Via"}

func (c *Collector) examine(g *gin.Context) {
	s := seen{Address: c.clients.address(g.Request).String(), Forwarded: "none"}
	for _, name := range append([]string{c.clients.header}, forwardedHeaders...) {
		if name != "" && g.GetHeader(name) != "" {
			s.Forwarded, s.Header = "ignored", name
			break
		}
	}
	if c.clients.believes(g.Request) {
		s.Forwarded = "believed"
	}
	writeJSON(g.Writer, http.StatusOK, "application/json", s)
}
