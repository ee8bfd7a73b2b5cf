package collector

import (
	"embed"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/beacon"
	"github.com/footfall-analytics/footfall/pkg/event"
)

//go:embed tag.html
var tagFile embed.FS

var tagPage = template.Must(template.ParseFS(tagFile, "tag.html"))

const tagPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// getTag shows the tag for a site: /tag?site=KEY. It knows nothing that the script itself does not show.
func (c *Collector) getTag(g *gin.Context) {
	base := "http://" + g.Request.Host
	if g.Request.TLS != nil || g.GetHeader("X-Forwarded-Proto") == "https" {
		base = "https://" + g.Request.Host
	}
	site := g.Query("site")
	shown := map[string]any{"Site": site}
	if err := event.CheckSite(site); site != "" && err != nil {
		shown["Error"] = err.Error()
	} else if site != "" {
		shown["Plain"] = c.beacon.Snippet(beacon.Tag{Collector: base, Site: site})
		shown["Pinned"] = c.beacon.Snippet(beacon.Tag{Collector: base, Site: site, Pinned: true})
	}
	h := g.Writer.Header()
	h.Set("Content-Security-Policy", tagPolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	g.Status(http.StatusOK)
	if err := tagPage.Execute(g.Writer, shown); err != nil {
		c.log.Error("render the page of the tag", "err", err)
	}
}
