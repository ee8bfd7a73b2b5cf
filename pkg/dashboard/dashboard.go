// Package dashboard is where people look: for now one plain page with today's figures, the published
// days and the runs behind them.
//
// The page reads; it never writes. What visitors sent (site keys, errors) is text on it, never HTML.
package dashboard

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Reports answers named questions: schemas/reports/NAME.sql.
type Reports interface {
	Report(ctx context.Context, name string, values map[string]string) (columns []string, rows [][]any, err error)
}

//go:embed page.html style.css
var files embed.FS

// Dashboard serves the page.
type Dashboard struct {
	reports Reports
	zone    *time.Location
	links   Links
	log     *slog.Logger
	page    *template.Template
	now     func() time.Time
}

// Links are what the page points to; empty ones are left out.
type Links struct {
	Demo string // URL of the collector's demo page
}

// New makes a dashboard whose "today" is a day in zone.
func New(reports Reports, zone *time.Location, links Links, log *slog.Logger) (*Dashboard, error) {
	page, err := template.New("page.html").Funcs(template.FuncMap{"show": show}).ParseFS(files, "page.html")
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	return &Dashboard{reports: reports, zone: zone, links: links, log: log, page: page, now: time.Now}, nil
}

// Handler serves / and its style sheet.
func (d *Dashboard) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode) // its debug mode prints every route
	r := gin.New()
	r.Use(gin.Recovery(), secure)
	r.HandleMethodNotAllowed = true
	r.GET("/", d.home)
	r.StaticFileFS("/style.css", "style.css", http.FS(files))
	return r
}

// secure sets the headers that keep other people's text and pages out.
func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// table is one report as the page shows it.
type table struct {
	Title, Note, Empty string
	Columns            []string
	Rows               [][]any
}

const shownRows = "50"

func (d *Dashboard) home(c *gin.Context) {
	day := ledger.Day{Date: ledger.DateOf(d.now().In(d.zone)), Zone: d.zone}
	bounds := map[string]string{"limit": shownRows, "day_start": stamp(day.Start()), "day_end": stamp(day.End())}
	limit := map[string]string{"limit": shownRows}
	tables := []table{
		{Title: "Today so far, " + day.String(), Note: "Page views as they arrive, by site.",
			Empty: "No page view yet today. Open the demo page, or put the script tag on a site."},
		{Title: "Published days", Note: "Without bots. Time whose length is unknown is counted apart and adds nothing.",
			Empty: "No day has been computed yet. Days appear within an hour, or run: footfall rollup run --day today"},
		{Title: "Runs", Note: "Each attempt to compute a day, newest first.", Empty: "No run yet."},
	}
	for i, q := range []struct {
		name   string
		values map[string]string
	}{{"today_by_site", bounds}, {"daily_by_site", limit}, {"recent_runs", limit}} {
		var err error
		if tables[i].Columns, tables[i].Rows, err = d.reports.Report(c.Request.Context(), q.name, q.values); err != nil {
			d.log.Error("show dashboard", "err", err)
			c.String(http.StatusServiceUnavailable, "The figures cannot be read now: ClickHouse does not answer. Try again in a moment.\n")
			return
		}
	}
	c.Status(http.StatusOK)
	c.Header("Content-Type", "text/html; charset=utf-8")
	if err := d.page.Execute(c.Writer, map[string]any{"Tables": tables, "Links": d.links}); err != nil {
		d.log.Error("render dashboard", "err", err)
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }
