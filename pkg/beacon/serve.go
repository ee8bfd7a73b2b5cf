package beacon

import (
	"net/http"
	"strconv"
	"strings"
)

// How long the two addresses are cached.
const (
	forAnHour = "public, max-age=3600"
	forEver   = "public, max-age=31536000, immutable"
)

// Serve answers a request for the script, at any of its addresses: compressed as the browser takes it,
// or 304 to a browser that has it.
func (b *Beacon) Serve(w http.ResponseWriter, r *http.Request) {
	h, encoding := w.Header(), negotiate(r.Header.Get("Accept-Encoding"))
	etag := b.ETag(encoding)
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Timing-Allow-Origin", "*") // a page may see what the script costs it
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", etag)
	h.Set("Cache-Control", forAnHour)
	if r.URL.Path == b.PinnedPath() {
		h.Set("Cache-Control", forEver)
	}
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	content := b.encoded[encoding]
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // the client has gone when this fails
	}
}

// ETag names the content in an encoding, in quotes.
func (b *Beacon) ETag(encoding string) string {
	if encoding != "" {
		encoding = "-" + encoding
	}
	return `"` + b.hash + encoding + `"`
}

// negotiate chooses the smallest encoding that the browser takes.
func negotiate(accepted string) string {
	for _, encoding := range []string{"br", "gzip"} {
		for part := range strings.SplitSeq(accepted, ",") {
			name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
			if strings.EqualFold(strings.TrimSpace(name), encoding) && !refused(weight) {
				return encoding
			}
		}
	}
	return ""
}

// refused reports whether a weight such as "q=0" or "q=0.00" is zero.
func refused(weight string) bool {
	_, value, given := strings.Cut(weight, "=")
	f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return given && err == nil && f == 0
}
