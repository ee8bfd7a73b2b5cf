package figures

import (
	"slices"

	"github.com/footfall-analytics/footfall/schemas"
)

// reports are the tables that can be asked for: schemas/reports/dashboard/NAME.sql, and
// NAME_filtered.sql over daily_views, of sessions and custom events over their own tables.
var reports = []report{
	{name: "pages", title: "Pages", table: "daily_page_time", sort: "accesses",
		columns: []string{"path", "accesses", "address_days", "entries", "exits", "spent_ms", "mean_ms", "median_from_ms", "median_to_ms", "histogram", "engaged_ms", "views_evidence", "views_gap", "views_unknown", "coverage"}},
	{name: "entries", title: "Entry pages", table: "daily_sessions", sort: "sessions", ownTable: true,
		columns: []string{"entry_path", "sessions", "bounces", "bounce_share", "views", "spent_ms", "views_evidence", "views_gap", "views_unknown", "coverage"}},
	{name: "addresses", title: "Addresses", table: "daily_ip_access", sort: "accesses",
		columns: []string{"ip", "accesses", "sessions", "visitors", "days", "spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown", "coverage", "organisation", "network_class", "country", "city", "shared", "is_bot", "first_seen", "last_seen"}},
	{name: "networks", title: "Networks", table: "daily_networks", sort: "accesses",
		columns: []string{"organisation", "asn", "network_class", "country", "accesses", "sessions", "address_days", "days", "spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown", "coverage", "last_day"}},
	{name: "companies", title: "Companies", table: "daily_views", sort: "accesses", ownStatement: true, thresholds: true,
		columns: []string{"organisation", "network_class", "countries", "confidence", "reason", "accesses", "sessions", "addresses", "days", "paths", "spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown", "coverage", "last_day"}},
	{name: "countries", title: "Countries", table: "daily_networks", sort: "accesses",
		columns: []string{"country", "accesses", "sessions", "address_days", "bounces", "spent_ms", "views_evidence", "views_gap", "views_unknown", "coverage"}},
	{name: "cities", title: "Cities", table: "daily_cities", sort: "accesses",
		columns: []string{"city", "country", "accesses", "sessions", "address_days", "bounces", "spent_ms", "views_evidence", "views_gap", "views_unknown", "coverage"}},
	{name: "sources", title: "Sources", table: "daily_sources", sort: "sessions",
		columns: []string{"channel", "referrer_host", "accesses", "sessions", "bounces", "bounce_share", "spent_ms", "views_evidence", "views_gap", "views_unknown", "coverage"}},
	{name: "campaigns", title: "Campaigns", table: "daily_sources", sort: "sessions",
		columns: []string{"utm_campaign", "utm_source", "utm_medium", "accesses", "sessions", "bounces", "bounce_share", "spent_ms", "views_evidence", "views_gap", "views_unknown", "coverage"}},
	{name: "devices", title: "Devices", table: "daily_devices", sort: "accesses",
		columns: []string{"device", "os", "browser", "accesses", "sessions", "address_days", "bounces", "spent_ms", "views_evidence", "views_gap", "views_unknown", "coverage"}},
	{name: "witnesses", title: "Evidence", table: "daily_site", sort: "day",
		columns: []string{"day", "accesses", "views_both", "views_beacon_only", "views_log_only", "log_only_share"}},
	{name: "events", title: "Custom events", table: "daily_events", sort: "events", ownTable: true, unfiltered: []string{"channel", "evidence", "kind"},
		columns: []string{"name", "events", "event_views", "addresses", "first_seen", "last_seen", "properties"}},
	{name: "sessions", title: "Sessions", table: "daily_sessions", sort: "started_at", ownTable: true,
		columns: []string{"started_at", "ip", "entry_path", "exit_path", "views", "duration_ms", "spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown", "bounce", "continued", "channel", "referrer_host", "utm_campaign", "is_bot"}},
	{name: "views", title: "Views", table: "daily_views", sort: "started_at", ownStatement: true,
		columns: []string{"started_at", "ip", "path", "kind", "view_spent_ms", "evidence", "begins", "ends", "channel", "referrer_host", "browser", "os", "device", "is_bot"}},
}

// report describes one table.
type report struct {
	name, title  string
	table        string // what is read without filters
	sort         string // by default, greatest first
	columns      []string
	ownStatement bool     // one statement with and without filters
	ownTable     bool     // with filters it reads this table as well, not daily_views
	thresholds   bool     // rows need so many views and so much time
	unfiltered   []string // dimensions that the table cannot be filtered by
}

func reportNames() []any {
	names := make([]any, len(reports))
	for i, r := range reports {
		names[i] = r.name
	}
	return names
}

func findReport(name string) (report, bool) {
	i := slices.IndexFunc(reports, func(r report) bool { return r.name == name })
	if i < 0 {
		return report{}, false
	}
	return reports[i], true
}

// Column describes a column of an answer.
type Column struct {
	Name       string `json:"name"`
	Title      string `json:"title" doc:"For people."`
	Unit       string `json:"unit" enum:"text,count,ms,share,day,instant,flag,counts" doc:"ms are milliseconds, share is 0 to 1, counts a list of counts."`
	Definition string `json:"definition" doc:"What the figure means."`
	Dimension  string `json:"dimension,omitempty" doc:"Name of the filter that chooses rows with this value."`
}

// describe looks up columns by name.
func describe(names []string) []Column {
	columns := make([]Column, len(names))
	for i, n := range names {
		c := schemas.Figures[n]
		columns[i] = Column{Name: n, Title: c.Title, Unit: c.Unit, Definition: c.Definition, Dimension: dimensionOf(n)}
	}
	return columns
}

// dimensionOf is the filter of a column.
func dimensionOf(column string) string {
	switch {
	case column == "ip":
		return "ip"
	case column == "entry_path" || column == "exit_path":
		return "path"
	case slices.Contains(dimensions, column):
		return column
	}
	return ""
}
