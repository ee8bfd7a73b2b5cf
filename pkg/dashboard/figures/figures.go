// Package figures is the part of the dashboard's API that answers questions about visits: totals, a
// time line, tables by page, address, network, source, device and so on, the last minutes as they
// happen, and how each figure comes about.
//
// Every answer is one statement of schemas/reports. Without filters it reads the daily table that is
// made for the question; with filters it reads daily_views, which knows everything about each view.
// Both give the same figures: a test compares them. Time that is unknown is null, never 0.
package figures

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Reports answers named questions: schemas/reports/NAME.sql.
type Reports interface {
	Report(ctx context.Context, name string, values map[string]string) (columns []string, rows [][]any, err error)
}

// Sites knows the time zones of sites.
type Sites interface {
	Lookup(key string) (sites.Site, bool)
}

// Warehouse is where figures come from and notes go.
type Warehouse interface {
	Reports
	Rows
	Notes
}

// Figures answers questions.
type Figures struct {
	reports Reports
	sites   Sites
	notes   Notes
	rows    Rows
	live    *liveCache
	exports chan struct{} // as many as may run at once
	now     func() time.Time
}

// New makes Figures.
func New(w Warehouse, dir Sites) *Figures {
	f := &Figures{reports: w, notes: w, rows: w, sites: dir, exports: make(chan struct{}, exportsAtOnce), now: time.Now}
	f.live = newLiveCache(f.readLive)
	return f
}

// Register adds the operations.
func (f *Figures) Register(api huma.API) {
	read := access.Needs(access.Viewer)
	op := func(id, path, summary string) huma.Operation {
		return access.Operation(id, http.MethodGet, path, summary, "figures", read, access.Shared)
	}
	huma.Register(api, op("list-sites", "/sites", "The sites that you may see, with their zones and published days"), f.listSites)
	huma.Register(api, op("get-summary", "/sites/{site}/summary", "Totals of a range, beside an earlier one"), f.summary)
	huma.Register(api, op("get-timeline", "/sites/{site}/timeline", "Figures by day, or by hour of one day"), f.timeline)
	huma.Register(api, op("explain-summary", "/sites/{site}/summary/how", "How the totals come about: definitions, SQL, runs"), f.howSummary)
	huma.Register(api, op("explain-timeline", "/sites/{site}/timeline/how", "How the time line comes about: definitions, SQL, runs"), f.howTimeline)
	huma.Register(api, op("get-report", "/sites/{site}/reports/{report}", "One table: rows by page, address, network, source and so on"), f.report)
	huma.Register(api, op("explain-report", "/sites/{site}/reports/{report}/how", "How the figures of a table come about: definitions, SQL, runs"), f.how)
	export := op("export-report", "/sites/{site}/exports/{report}", "All rows of a table as a file")
	export.Responses = files()
	huma.Register(api, export, f.exportReport)
	huma.Register(api, op("get-live", "/sites/{site}/live", "The last 30 minutes as they happen, straight from the events"), f.getLive)
	huma.Register(api, op("list-figures", "/figures", "What every figure means"), f.listFigures)
	huma.Register(api, op("list-annotations", "/sites/{site}/annotations", "Notes on the time line"), f.listAnnotations)
	huma.Register(api, access.Operation("get-traffic-around", http.MethodGet, "/sites/{site}/annotations/traffic",
		"Traffic before, during and after an event, beside the same weekdays", "figures", read), f.traffic)
	huma.Register(api, access.Operation("list-calendars", http.MethodGet, "/calendars",
		"Where events on the time line come from, and what cannot be read", "figures", access.Needs(access.Admin)), f.listCalendars)
	write := access.Needs(access.Analyst)
	huma.Register(api, access.Operation("add-annotation", http.MethodPost, "/sites/{site}/annotations", "Write a note on the time line", "figures", write), f.addAnnotation)
	huma.Register(api, access.Operation("delete-annotation", http.MethodDelete, "/sites/{site}/annotations/{id}", "Remove a note", "figures", write), f.deleteAnnotation)
}

// ask runs a report and hands out its rows as objects.
func (f *Figures) ask(ctx context.Context, name string, p params) ([]Row, error) {
	columns, rows, err := f.reports.Report(ctx, "dashboard/"+name, p)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", name, err)
	}
	objects := make([]Row, len(rows))
	for i, cells := range rows {
		objects[i] = make(Row, len(columns))
		for j, c := range columns {
			objects[i][c] = plain(cells[j])
		}
	}
	return objects, nil
}
