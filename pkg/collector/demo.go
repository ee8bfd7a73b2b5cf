package collector

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/beacon"
)

//go:embed demo
var demoFiles embed.FS

// demoPolicy lets the demo pages load what stands beside them, and nothing else.
const demoPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// demo is a small site that carries the beacon: /demo is its front page, /demo/reading its page
// reading.html. Its pages name the paths that need no setting.
type demo struct{ paths *strings.Replacer }

func newDemo(cfg beacon.Config) demo {
	usual := beacon.DefaultConfig()
	return demo{strings.NewReplacer(
		`"`+usual.BeaconPath+`"`, `"`+cfg.BeaconPath+`"`,
		`"`+usual.PixelPath+`?`, `"`+cfg.PixelPath+`?`,
	)}
}

func (c *Collector) getDemo(d demo) gin.HandlerFunc {
	return func(g *gin.Context) {
		name := path.Base(path.Clean("/" + g.Param("page")))
		if name == "/" {
			name = "index"
		}
		if path.Ext(name) == "" {
			name += ".html"
		}
		if strings.Count(strings.Trim(g.Param("page"), "/"), "/") > 0 || !serveDemoFile(g, name, d.paths) {
			c.notFound(g)
		}
	}
}

// serveDemoFile answers with a file of the demo, in whose pages paths are replaced, unless there is none.
func serveDemoFile(g *gin.Context, name string, paths *strings.Replacer) bool {
	content, err := fs.ReadFile(demoFiles, "demo/"+name)
	if err != nil {
		return false
	}
	if path.Ext(name) == ".html" {
		content = []byte(paths.Replace(string(content)))
	}
	g.Header("Content-Security-Policy", demoPolicy)
	g.Header("X-Content-Type-Options", "nosniff")
	g.Header("Referrer-Policy", "strict-origin-when-cross-origin")
	g.Header("Cache-Control", "no-cache")
	http.ServeContent(g.Writer, g.Request, name, time.Time{}, bytes.NewReader(content))
	return true
}
