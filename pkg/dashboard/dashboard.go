// Package dashboard is where people look: an API under /api/v1, described by /api/v1/openapi.json, and
// the web UI, which uses nothing else.
//
// The parts of the API are packages below this one; each adds its operations by Register and states
// the role that each needs. What visitors sent (URLs, titles, user-agents) is JSON text here and text
// nodes in the UI, never HTML.
package dashboard

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/web"
)

// APIVersion is the version of the API; /api/v1 stays compatible within it.
const APIVersion = "1.0.0"

const apiPath = "/api/v1"

// Part adds operations to the API.
type Part interface{ Register(api huma.API) }

// Dashboard serves the API and the UI.
type Dashboard struct {
	auth  access.Authenticator
	log   *slog.Logger
	parts []Part
}

// New makes a dashboard of these parts.
func New(auth access.Authenticator, log *slog.Logger, parts ...Part) *Dashboard {
	return &Dashboard{auth: auth, log: log, parts: parts}
}

// Handler serves everything.
func (d *Dashboard) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode) // its debug mode prints every route
	r := gin.New()
	r.Use(gin.CustomRecovery(d.panicked), secure)
	group := r.Group(apiPath, d.authenticate)
	config := apiConfig()
	config.Transformers = []huma.Transformer{d.conceal}
	d.register(humagin.NewWithGroup(r, group, config))
	ui := gin.WrapH(web.Handler())
	r.NoRoute(func(c *gin.Context) {
		if strings.HasPrefix(c.Request.URL.Path, "/api/") {
			c.JSON(http.StatusNotFound, huma.Error404NotFound(fmt.Sprintf("the API has no %s %s", c.Request.Method, c.Request.URL.Path)))
			return
		}
		c.Status(http.StatusOK)
		ui(c)
	})
	return r
}

func (d *Dashboard) register(api huma.API) {
	api.UseMiddleware(access.Guard(api))
	access.RegisterMe(api)
	for _, p := range d.parts {
		p.Register(api)
	}
}

func apiConfig() huma.Config {
	c := huma.DefaultConfig("Footfall", APIVersion)
	c.Info.Description = "Figures of visits, the runs behind them, exports and accounts. Times are integer milliseconds, instants RFC 3339 in UTC, days local days of the time zone that the answer names. A null is unknown, never zero."
	c.Servers = []*huma.Server{{URL: apiPath}}
	c.DocsPath = "" // the page of the docs would load scripts of other hosts
	c.RejectUnknownQueryParameters = true
	c.CreateHooks = nil // no $schema fields in answers
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-footfall", Description: "Set by signing in."},
		"token":   {Type: "http", Scheme: "bearer", Description: "An API token."},
	}
	return c
}

// authenticate puts whoever asks into the request's context. Operations decide what that allows.
func (d *Dashboard) authenticate(c *gin.Context) {
	p, err := d.auth.Authenticate(c.Request)
	switch {
	case err == nil:
		c.Request = c.Request.WithContext(access.With(c.Request.Context(), p))
	case !errors.Is(err, access.ErrUnknown):
		d.log.Error("authenticate", "err", err)
		c.AbortWithStatusJSON(http.StatusServiceUnavailable, huma.Error503ServiceUnavailable("the accounts cannot be read now"))
	}
}

// conceal logs what went wrong here and tells the caller only that it did.
func (d *Dashboard) conceal(ctx huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok || e.Status != http.StatusInternalServerError || ctx.Context().Err() != nil {
		return v, nil
	}
	for _, detail := range e.Errors {
		d.log.Error("answer request", "operation", ctx.Operation().OperationID, "err", detail.Message)
	}
	return &huma.ErrorModel{Status: e.Status, Title: e.Title, Detail: "the question could not be answered; the dashboard's log says why"}, nil
}

func (d *Dashboard) panicked(c *gin.Context, recovered any) {
	d.log.Error("answer request", "path", c.Request.URL.Path, "panic", fmt.Sprint(recovered))
	c.AbortWithStatusJSON(http.StatusInternalServerError, huma.Error500InternalServerError("this is a fault of the dashboard; its log says more"))
}

// secure sets the headers that keep other people's text and pages out.
func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "+
		"manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}
