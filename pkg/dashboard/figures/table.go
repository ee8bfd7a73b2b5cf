package figures

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/param"
	"github.com/footfall-analytics/footfall/schemas"
)

// ReportName is the name of a table.
type ReportName string

// Schema lists the names.
func (ReportName) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: reportNames(), Description: "Name of the table."}
}

type reportQuestion struct {
	Question
	Report  ReportName `path:"report"`
	Sort    string     `query:"sort" doc:"Column to sort by, with - in front for the greatest first. Unknown values come last. By default the table's main figure, greatest first." example:"-spent_ms"`
	Search  string     `query:"search" maxLength:"200" doc:"Only rows whose key holds this text, in any case."`
	Columns []string   `query:"columns,explode" maxItems:"30" doc:"Only these columns in the rows, beside the one sorted by; all when left out. Some tables answer sooner with fewer." example:"[\"ip\",\"accesses\"]"`
	Thresholds
	Limit  int `query:"limit" default:"50" minimum:"1" maximum:"1000"`
	Offset int `query:"offset" minimum:"0" maximum:"10000000"`
}

// Thresholds are what a network must reach to be among the companies.
type Thresholds struct {
	LeastViews   uint32 `query:"least_views" default:"3" minimum:"1" maximum:"1000000" doc:"Of companies: only those with at least so many views of the chosen pages."`
	LeastSure    string `query:"least_confidence" default:"medium" enum:"low,medium,high" doc:"Of companies: only those of which one is so sure. Low are networks of an unknown kind, among which are internet providers that no rule knows."`
	LeastSeconds uint32 `query:"least_seconds" default:"60" maximum:"1000000000" doc:"Of companies: only those that spent at least so many seconds on them, by evidence or by gap; unknown time adds nothing."`
}

func (t Thresholds) params() params {
	return params{
		"least_views":      strconv.FormatUint(uint64(t.LeastViews), 10),
		"least_ms":         strconv.FormatUint(uint64(t.LeastSeconds)*1000, 10),
		"least_confidence": t.LeastSure,
	}
}

// Table is one page of a table.
type Table struct {
	Asked   Asked    `json:"asked"`
	Report  string   `json:"report"`
	Title   string   `json:"title"`
	Source  string   `json:"source" doc:"Table that was read."`
	Columns []Column `json:"columns" doc:"All that the table has."`
	Rows    []Row    `json:"rows" doc:"By column name, of those that were asked for. Counts and milliseconds are integers; null is unknown."`
	Total   uint64   `json:"total" doc:"Rows that there are, on all pages."`
	Sort    string   `json:"sort" doc:"As asked or by default: column, with - in front for the greatest first."`
}

type tableAnswer struct{ Body Table }

func (f *Figures) report(ctx context.Context, q *reportQuestion) (*tableAnswer, error) {
	a, r, p, err := f.tableQuestion(ctx, q)
	if err != nil {
		return nil, err
	}
	t := Table{Report: r.name, Title: r.title, Source: r.source(a), Columns: describe(r.columns), Sort: sortName(r, q.Sort)}
	if t.Asked, err = f.answer(ctx, a); err != nil {
		return nil, err
	}
	if t.Rows, err = f.ask(ctx, r.statement(a), p); err != nil {
		return nil, err
	}
	for _, row := range t.Rows {
		t.Total, _ = row["total"].(uint64)
		for name := range row { // beside the columns there are only steps of the computation
			if !slices.Contains(q.Columns, name) {
				delete(row, name)
			}
		}
	}
	return &tableAnswer{t}, nil
}

// tableQuestion understands a question about a table.
func (f *Figures) tableQuestion(ctx context.Context, q *reportQuestion) (a asked, r report, p params, err error) {
	if a, err = f.understand(ctx, q.Question); err != nil {
		return a, r, nil, err
	}
	r, ok := findReport(string(q.Report))
	if !ok {
		return a, r, nil, huma.Error404NotFound(fmt.Sprintf("there is no table %q", q.Report))
	}
	if s := access.From(ctx).Share; s != nil && !shows(s.Page, r.name) {
		return a, r, nil, huma.Error403Forbidden(fmt.Sprintf("the link shows the page %q only", s.Page))
	}
	if err := r.canFilter(a.filters); err != nil {
		return a, r, nil, invalid("query.filter", q.Filters, err)
	}
	column, descending := strings.CutPrefix(sortName(r, q.Sort), "-")
	if !slices.Contains(r.columns, column) || schemas.Figures[column].Unit == "counts" {
		return a, r, nil, invalid("query.sort", q.Sort, fmt.Errorf("sort %q must be one of %s, with - in front for the greatest first", q.Sort, strings.Join(r.columns, ", ")))
	}
	if q.Columns, err = r.answered(q.Columns, column); err != nil {
		return a, r, nil, invalid("query.columns", q.Columns, err)
	}
	p = params{
		"columns": param.List(q.Columns), "sort": column, "descending": strconv.FormatBool(descending), "search": param.Text(q.Search),
		"limit": strconv.Itoa(q.Limit), "offset": strconv.Itoa(q.Offset),
	}
	if r.thresholds {
		maps.Copy(p, q.Thresholds.params())
	}
	return a, r, a.params(p), nil
}

// answered are the columns of the rows: those that are asked for and the one sorted by, or all.
func (r report) answered(asked []string, sort string) ([]string, error) {
	if len(asked) == 0 {
		return r.columns, nil
	}
	for _, name := range asked {
		if !slices.Contains(r.columns, name) {
			return asked, fmt.Errorf("column %q must be one of %s", name, strings.Join(r.columns, ", "))
		}
	}
	return append(slices.Clone(asked), sort), nil
}

func sortName(r report, asked string) string {
	if asked == "" {
		return "-" + r.sort
	}
	return asked
}

// statement is the name of the SQL file that answers.
func (r report) statement(a asked) string {
	if r.ownStatement {
		return r.name
	}
	return a.statement(r.name)
}

// source is the table that the statement reads.
func (r report) source(a asked) string {
	if r.ownTable {
		return r.table
	}
	return sourceOf(a, r.table)
}

// canFilter refuses filters by what the rows of a table cannot know.
func (r report) canFilter(f Filters) error {
	for _, side := range []map[string]string{f.only, f.except} {
		for name := range side {
			if slices.Contains(r.unfiltered, name) {
				return fmt.Errorf("%s cannot be filtered by %s", r.title, name)
			}
		}
	}
	return nil
}

// shows reports whether a page of the UI shows a table: its own, the overview some of each kind, and the countries their cities.
func shows(page, report string) bool {
	if page == "overview" {
		return slices.Contains([]string{"pages", "sources", "countries", "devices", "networks", "campaigns"}, report)
	}
	return page == report || page == "countries" && report == "cities"
}
