package collector

import (
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"
)

// routes lists everything that the collector answers.
func (c *Collector) routes(cfg Config) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	_ = e.SetTrustedProxies(nil) // cannot fail; gin's own idea of a client address is never used
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.Use(c.recoverPanic)
	e.NoRoute(c.notFound)
	e.NoMethod(c.wrongMethod)

	public := e.Group("/", allowAnyOrigin)
	public.POST(cfg.EventsPath, c.postEvents)
	public.GET(cfg.EventsPath, c.getEvent)
	public.OPTIONS(cfg.EventsPath, preflight)
	public.GET(cfg.PixelPath, c.getPixel)
	for _, path := range []string{cfg.BeaconPath, c.beacon.PinnedPath()} {
		public.GET(path, c.getBeacon)
		public.HEAD(path, c.getBeacon)
	}
	e.POST("/v1/batch", c.postBatch)
	e.GET("/tag", c.getTag)
	for _, name := range []string{"style.css", "icon.svg"} {
		e.GET("/tag/"+name, func(g *gin.Context) { serveDemoFile(g, name, nil) })
	}
	if cfg.Demo {
		demo := newDemo(cfg.Config)
		for _, path := range []string{"/demo", "/demo/*page"} {
			e.GET(path, c.getDemo(demo))
			e.HEAD(path, c.getDemo(demo))
		}
	}
	return e
}

// allowAnyOrigin lets every page post and load: a site's beacon comes from the site's own origin.
// Credentials are never allowed.
func allowAnyOrigin(g *gin.Context) {
	h := g.Writer.Header()
	h["Access-Control-Allow-Origin"], h["X-Content-Type-Options"] = anyOrigin, noSniff
}

// Values of headers that every answer shares; net/http only reads them.
var (
	anyOrigin = []string{"*"}
	noSniff   = []string{"nosniff"}
	noStore   = []string{"no-store"}
	jsonType  = []string{"application/json"}
)

// preflight answers a browser that asks whether it may post application/json.
func preflight(g *gin.Context) {
	g.Header("Access-Control-Allow-Methods", "POST")
	g.Header("Access-Control-Allow-Headers", "Content-Type")
	g.Header("Access-Control-Max-Age", "86400")
	g.Status(http.StatusNoContent)
}

func (c *Collector) getBeacon(g *gin.Context) { c.beacon.Serve(g.Writer, g.Request) }

// notFound still serves the script at the pinned address of another version: pages that state no
// integrity go on being counted after an upgrade.
func (c *Collector) notFound(g *gin.Context) {
	if c.beacon.IsPinned(g.Request.URL.Path) {
		allowAnyOrigin(g)
		c.getBeacon(g)
		return
	}
	c.writeProblem(g.Writer, newProblem(http.StatusNotFound, "not_found", "path", clean(g.Request.URL.Path, 128), "is not served here"))
}

func (c *Collector) wrongMethod(g *gin.Context) {
	c.writeProblem(g.Writer, newProblem(http.StatusMethodNotAllowed, "method", "method", clean(g.Request.Method, 32),
		"is not taken here: use one of "+g.Writer.Header().Get("Allow")))
}

// recoverPanic keeps one request's panic from being more than that request's.
func (c *Collector) recoverPanic(g *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		c.log.Error("handler panicked", "route", g.FullPath(), "panic", v, "stack", string(debug.Stack()))
		if !g.Writer.Written() {
			c.writeProblem(g.Writer, newProblem(http.StatusInternalServerError, "internal", "", "", "the collector failed: try again"))
		}
	}()
	g.Next()
}
