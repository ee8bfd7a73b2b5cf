package weekly

import (
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

// Version is the version of the report as JSON. Within it fields are added only.
const Version = 1

// Report are the figures of a site's week. Times are integer milliseconds; null is unknown, never zero.
type Report struct {
	Version int       `json:"version" doc:"Version of this format; within one, fields are only added."`
	ID      string    `json:"id" format:"uuid" doc:"The same whenever this week of this site is sent."`
	Test    bool      `json:"test,omitempty" doc:"Whether somebody has sent it to try the way."`
	Site    string    `json:"site"`
	Zone    string    `json:"tz" doc:"Time zone whose midnights bound the days."`
	Week    string    `json:"week" example:"2026-W47"`
	From    string    `json:"from" format:"date" doc:"Its Monday."`
	To      string    `json:"to" format:"date" doc:"Its Sunday."`
	Made    time.Time `json:"made_at"`
	URL     string    `json:"url" doc:"The week in the dashboard."`

	Final   bool             `json:"final" doc:"Whether the figures of all days are final."`
	Unready []figures.DayRun `json:"unready" doc:"Days whose figures are not."`

	Totals     figures.Row          `json:"totals" doc:"As get-summary's."`
	Before     figures.Before       `json:"before" doc:"The week before."`
	Days       []figures.Point      `json:"days" doc:"As get-timeline's."`
	DaysBefore []figures.Point      `json:"days_before"`
	Notes      []figures.Annotation `json:"notes" doc:"Notes on the time line."`
	Lists      []List               `json:"lists"`

	Chart *Chart `json:"chart,omitempty" doc:"The picture; in webhooks only."`
}

// Chart is the picture of the seven days beside those of the week before.
type Chart struct {
	Type string `json:"content_type" example:"image/png"`
	Data []byte `json:"data" doc:"Base64."`
}

// List are the first rows of a table.
type List struct {
	Name  string        `json:"name" example:"pages_by_time"`
	Title string        `json:"title"`
	Rows  []figures.Row `json:"rows" doc:"As get-report's."`
	Total uint64        `json:"total" doc:"Rows that there are."`
	URL   string        `json:"url" doc:"The whole table in the dashboard."`
}

// listed is how many rows a list shows.
const listed = 10

// lists are the tables of a report.
var lists = []list{
	{"pages_by_readers", "Pages by readers", "pages", "-address_days", []string{"path"}, "address_days", "readers"},
	{"pages_by_time", "Pages by time held", "pages", "-spent_ms", []string{"path"}, "address_days", "readers"},
	{"sources", "Sources", "sources", "-sessions", []string{"channel", "referrer_host"}, "sessions", "visits"},
	{"networks", "Networks and companies", "networks", "-accesses", []string{"organisation", "country"}, "accesses", "views"},
	{"campaigns", "Campaigns", "campaigns", "-sessions", []string{"utm_campaign", "utm_source", "utm_medium"}, "sessions", "visits"},
	{"countries", "Countries", "countries", "-accesses", []string{"country"}, "accesses", "views"},
}

// list describes a list: the table and how it is sorted, what names a row, and the column that counts.
type list struct {
	name, title, report, sort string
	keys                      []string
	counted, unit             string
}

func (l list) of(t figures.Table, address string) List {
	return List{Name: l.name, Title: l.title, Rows: t.Rows, Total: t.Total, URL: address + "&sort=" + url.QueryEscape(l.sort)}
}

// link is a page of the dashboard.
func (w *Weekly) link(page string, q figures.Question) string {
	return w.base + "/" + page + "?" + url.Values{"site": {q.Site}, "range": {q.Range}}.Encode()
}

// space is what the ids of reports are made in.
var space = uuid.MustParse("0b4b2d9e-54f5-4d0a-9d3c-6d4f8a3f5f10")

func idOf(site string, week Week) string {
	return uuid.NewSHA1(space, []byte(site+"\n"+week.Zone.String()+"\n"+week.Monday.String())).String()
}
