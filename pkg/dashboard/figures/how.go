package figures

import (
	"context"
	"slices"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/schemas"
)

// How says how the figures of a table come about.
type How struct {
	Asked      Asked             `json:"asked"`
	Source     string            `json:"source" doc:"Table that was read."`
	Columns    []Column          `json:"columns" doc:"What each column means."`
	SQL        string            `json:"sql" doc:"The statement that was asked; paste it into any ClickHouse client, with the parameters."`
	Parameters map[string]string `json:"parameters" doc:"Its parameters."`
	Rollup     string            `json:"rollup_sql" doc:"The statement of the daily run that filled the table."`
	Runs       []Row             `json:"runs" doc:"day, run, state, started_at, definition_version, checksum: the runs whose rows were read, newest day first, at most 100. A run on the same events gives the same checksum."`
}

type howAnswer struct{ Body How }

func (f *Figures) how(ctx context.Context, q *reportQuestion) (*howAnswer, error) {
	a, r, p, err := f.tableQuestion(ctx, q)
	if err != nil {
		return nil, err
	}
	return f.explain(ctx, a, r.statement(a), r.source(a), r.columns, p)
}

func (f *Figures) howSummary(ctx context.Context, q *Question) (*howAnswer, error) {
	return f.explainTotals(ctx, q, "summary", totals)
}

func (f *Figures) howTimeline(ctx context.Context, q *timelineQuestion) (*howAnswer, error) {
	columns := []string{"accesses", "spent_ms"}
	if q.By == "day" {
		columns = []string{"accesses", "sessions", "addresses", "spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown", "bounces"}
	}
	return f.explainTotals(ctx, &q.Question, "timeline_"+q.By, columns)
}

func (f *Figures) explainTotals(ctx context.Context, q *Question, statement string, columns []string) (*howAnswer, error) {
	a, err := f.understand(ctx, *q)
	if err != nil {
		return nil, err
	}
	if err := onlyOn(access.From(ctx), "overview"); err != nil {
		return nil, err
	}
	return f.explain(ctx, a, a.statement(statement), sourceOf(a, "daily_site"), columns, a.params(params{"day_starts": a.dayStarts()}))
}

// explain says how a statement's answer comes about.
func (f *Figures) explain(ctx context.Context, a asked, statement, source string, columns []string, p params) (*howAnswer, error) {
	h := How{Source: source, Columns: describe(columns), Parameters: p}
	var err error
	if h.Asked, err = f.answer(ctx, a); err != nil {
		return nil, err
	}
	if h.SQL, err = sqlText("reports/dashboard/" + statement); err != nil {
		return nil, err
	}
	if h.Rollup, err = sqlText("rollups/fill_" + source); err != nil {
		return nil, err
	}
	h.Runs, err = f.ask(ctx, "runs_of", a.params(params{"table": source}))
	return &howAnswer{h}, err
}

func sqlText(name string) (string, error) {
	b, err := schemas.SQL.ReadFile(name + ".sql")
	return strings.TrimSpace(string(b)), err
}

type figuresAnswer struct {
	Body struct {
		Figures []Column `json:"figures"`
	}
}

func (f *Figures) listFigures(context.Context, *struct{}) (*figuresAnswer, error) {
	names := make([]string, 0, len(schemas.Figures))
	for n := range schemas.Figures {
		names = append(names, n)
	}
	slices.Sort(names)
	out := &figuresAnswer{}
	out.Body.Figures = describe(names)
	return out, nil
}
