package figures

import (
	"context"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
)

type summaryQuestion struct {
	Question
	Compare string `query:"compare" enum:"none,previous,year" default:"previous" doc:"Beside which earlier range: the one right before, of the same length, or the same days of the year before."`
}

// Summary are the totals of a range.
type Summary struct {
	Asked   Asked    `json:"asked"`
	Source  string   `json:"source" doc:"Table that was read."`
	Columns []Column `json:"columns"`
	Totals  Row      `json:"totals" doc:"By column name; spent_ms, engaged_ms, mean_ms and coverage are null when the time of no view is known."`
	Before  *Before  `json:"before,omitempty"`
}

// Before is the range that a range is compared with.
type Before struct {
	From   string `json:"from" format:"date"`
	To     string `json:"to" format:"date"`
	Days   int    `json:"days_with_figures" doc:"Days of that range with a published run."`
	Totals Row    `json:"totals"`
}

type summaryAnswer struct{ Body Summary }

// totals are the columns of a summary.
var totals = []string{"accesses", "sessions", "addresses", "visitor_days", "bounces", "bounce_share", "spent_ms", "engaged_ms", "mean_ms", "views_evidence", "views_gap", "views_unknown", "coverage", "views_both", "views_beacon_only", "views_log_only"}

func (f *Figures) summary(ctx context.Context, q *summaryQuestion) (*summaryAnswer, error) {
	a, err := f.understand(ctx, q.Question)
	if err != nil {
		return nil, err
	}
	if err := onlyOn(access.From(ctx), "overview"); err != nil {
		return nil, err
	}
	s := Summary{Source: sourceOf(a, "daily_site"), Columns: describe(totals)}
	if s.Asked, err = f.answer(ctx, a); err != nil {
		return nil, err
	}
	if s.Totals, err = f.one(ctx, a.statement("summary"), a.params()); err != nil {
		return nil, err
	}
	if q.Compare == "none" {
		return &summaryAnswer{s}, nil
	}
	a.span = a.span.before(q.Compare)
	states, err := f.states(ctx, a)
	if err != nil {
		return nil, err
	}
	s.Before = &Before{From: a.span.From.String(), To: a.span.To.String(), Days: len(states)}
	s.Before.Totals, err = f.one(ctx, a.statement("summary"), a.params())
	return &summaryAnswer{s}, err
}

// one asks for one row.
func (f *Figures) one(ctx context.Context, name string, p params) (Row, error) {
	rows, err := f.ask(ctx, name, p)
	if err != nil || len(rows) == 0 {
		return Row{}, err
	}
	return rows[0], nil
}

func sourceOf(a asked, table string) string {
	if a.filters.none() {
		return table
	}
	return "daily_views"
}
