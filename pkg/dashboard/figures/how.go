package figures

import (
	"context"
	"slices"
	"strings"

	"github.com/footfall-analytics/footfall/schemas"
)

// How says how the figures of a table come about.
type How struct {
	Asked      Asked             `json:"asked"`
	Source     string            `json:"source" doc:"Table that was read."`
	Columns    []Column          `json:"columns" doc:"What each column means."`
	SQL        string            `json:"sql" doc:"The statement that was asked; paste it into any ClickHouse client, with the parameters."`
	Parameters map[string]string `json:"parameters" doc:"Its parameters."`
	Rollup     string            `json:"rollup_sql" doc:"The statement of the daily run that filled the table; empty for what is read from events."`
	Runs       []Row             `json:"runs" doc:"day, run, state, started_at, definition_version, checksum: the runs whose rows were read, newest day first, at most 100. A run on the same events gives the same checksum."`
}

type howAnswer struct{ Body How }

func (f *Figures) how(ctx context.Context, q *reportQuestion) (*howAnswer, error) {
	a, r, p, err := f.tableQuestion(ctx, q)
	if err != nil {
		return nil, err
	}
	h := How{Source: r.source(a), Columns: describe(r.columns), Parameters: p}
	if h.Asked, err = f.answer(ctx, a); err != nil {
		return nil, err
	}
	if h.SQL, err = sqlText("reports/dashboard/" + r.statement(a)); err != nil {
		return nil, err
	}
	if strings.HasPrefix(h.Source, "daily_") {
		if h.Rollup, err = sqlText("rollups/fill_" + h.Source); err != nil {
			return nil, err
		}
	}
	h.Runs, err = f.ask(ctx, "runs_of", a.params(params{"table": h.Source}))
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
