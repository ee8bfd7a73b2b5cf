package alerts

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/param"
)

type historyQuestion struct {
	Rule  string `query:"rule" doc:"Name of one rule; by default all that you may see."`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

// AlertEvent is something that happened to a rule.
type AlertEvent struct {
	At      time.Time  `json:"at"`
	Rule    string     `json:"rule"`
	Site    string     `json:"site"`
	What    string     `json:"what" enum:"judged,attempt,silence" doc:"judged: a day, or a change of a rule on live figures; attempt: to send a message."`
	Day     string     `json:"day,omitempty" doc:"Local day, for rules on days."`
	Verdict Verdict    `json:"verdict,omitempty" doc:"holds, clear or unknown."`
	Value   *float64   `json:"value"`
	Shown   string     `json:"shown" doc:"The figure in words."`
	Usual   *float64   `json:"usual"`
	Channel string     `json:"channel,omitempty"`
	State   string     `json:"state,omitempty" doc:"Of an attempt: sent or failed."`
	Detail  string     `json:"detail,omitempty" doc:"Why an attempt failed, or who silenced the rule."`
	Until   *time.Time `json:"until,omitempty" doc:"End of a silence."`
}

type historyAnswer struct {
	Body struct {
		Events []AlertEvent `json:"events"`
	}
}

func (a *Alerts) history(ctx context.Context, q *historyQuestion) (*historyAnswer, error) {
	rules := a.visible(ctx)
	if q.Rule != "" {
		r, err := a.rule(ctx, q.Rule)
		if err != nil {
			return nil, err
		}
		rules = []Rule{r}
	}
	out := &historyAnswer{}
	out.Body.Events = []AlertEvent{}
	if len(rules) == 0 {
		return out, nil
	}
	var err error
	out.Body.Events, err = a.store.events(ctx, rules, q.Limit)
	return out, err
}

// events are what happened to rules.
func (s store) events(ctx context.Context, rules []Rule, limit int) ([]AlertEvent, error) {
	figure := map[string]string{}
	var names, sites []string
	for _, r := range rules {
		figure[r.Name] = r.Figure
		names, sites = append(names, r.Name), append(sites, r.Site)
	}
	p := map[string]string{"rules": param.List(names), "sites": param.List(sites), "limit": strconv.Itoa(limit)}
	_, rows, err := s.Report(ctx, "dashboard/alert_history", p)
	if err != nil {
		return nil, fmt.Errorf("read what happened to rules: %w", err)
	}
	all := make([]AlertEvent, len(rows))
	for i, row := range rows {
		all[i] = eventOf(row)
		if all[i].What == "judged" {
			all[i].Shown = words(figure[all[i].Rule], all[i].Value)
		}
	}
	return all, nil
}

func eventOf(row []any) AlertEvent {
	text := func(n int) string { s, _ := row[n].(string); return s }
	e := AlertEvent{Rule: text(1), Site: text(2), What: text(3), Day: text(4), Verdict: Verdict(text(5)), Channel: text(8), State: text(9), Detail: text(10)}
	e.At, _ = row[0].(time.Time)
	e.Value, _ = row[6].(*float64)
	e.Usual, _ = row[7].(*float64)
	if e.Day == noDay {
		e.Day = ""
	}
	if until, _ := row[11].(time.Time); e.What == "silence" {
		e.Until = &until
	}
	return e
}
