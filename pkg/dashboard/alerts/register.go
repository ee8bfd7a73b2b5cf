package alerts

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
)

// Register adds the operations.
func (a *Alerts) Register(api huma.API) {
	op := func(id, method, path, summary string, role access.Role) huma.Operation {
		return access.Operation(id, method, "/alerts"+path, summary, "alerts", access.Needs(role))
	}
	huma.Register(api, op("list-alerts", http.MethodGet, "", "The alert rules of your sites, and how they stand", access.Viewer), a.list)
	huma.Register(api, op("list-alert-history", http.MethodGet, "/history", "When rules held, and who was told; newest first", access.Viewer), a.history)
	huma.Register(api, op("test-alert", http.MethodPost, "/{name}/test", "Send a message that is marked as a test to all recipients of a rule", access.Admin), a.test)
	huma.Register(api, op("silence-alert", http.MethodPost, "/{name}/silence", "Send no messages about a rule until an instant", access.Admin), a.silence)
	huma.Register(api, op("end-alert-silence", http.MethodDelete, "/{name}/silence", "End the silence of a rule", access.Admin), a.unsilence)
}

// AlertRule is a rule and how it stands.
type AlertRule struct {
	Name          string     `json:"name"`
	Site          string     `json:"site"`
	Figure        string     `json:"figure" enum:"accesses,sessions,addresses,spent_ms,beacon_share,live_views,received"`
	Filters       []string   `json:"filters"`
	Bots          string     `json:"bots"`
	Condition     string     `json:"condition" doc:"In words."`
	Live          bool       `json:"live" doc:"Whether it looks at the last minutes instead of days."`
	Channels      []string   `json:"channels" doc:"mail or webhook, one per recipient."`
	State         Verdict    `json:"state" enum:"holds,clear,unknown" doc:"unknown: not looked at yet, or without a figure."`
	Value         *float64   `json:"value" doc:"The last figure; null is unknown. Shares from 0 to 1, time in ms, and for received seconds since."`
	Shown         string     `json:"shown" doc:"The last figure in words."`
	Usual         *float64   `json:"usual" doc:"Mean of the same weekday of the four weeks before."`
	Day           string     `json:"day,omitempty" doc:"Local day that was looked at last."`
	Looked        *time.Time `json:"looked_at" doc:"When the figure was looked at."`
	Sent          *time.Time `json:"sent_at" doc:"When a message was last sent."`
	SilencedUntil *time.Time `json:"silenced_until" doc:"null: it is not silenced."`
	Fault         string     `json:"fault,omitempty" doc:"What goes wrong at present; for admins."`
}

type listAnswer struct {
	Body struct {
		Rules []AlertRule `json:"rules"`
	}
}

func (a *Alerts) list(ctx context.Context, _ *struct{}) (*listAnswer, error) {
	out := &listAnswer{}
	out.Body.Rules = []AlertRule{}
	visible := a.visible(ctx)
	if len(visible) == 0 {
		return out, nil
	}
	known, err := a.store.overviews(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range visible {
		all, err := a.store.judged(ctx, r)
		if err != nil {
			return nil, err
		}
		s := a.describe(r, all, known[[2]string{r.Name, r.Site}])
		if access.From(ctx).Role != access.Admin {
			s.Fault = ""
		}
		out.Body.Rules = append(out.Body.Rules, s)
	}
	return out, nil
}

// visible are the rules of the sites that the caller may see.
func (a *Alerts) visible(ctx context.Context) (rules []Rule) {
	for _, r := range a.rules {
		if access.From(ctx).MaySee(r.Site) {
			rules = append(rules, r)
		}
	}
	return rules
}

func (a *Alerts) describe(r Rule, all []judgement, known overview) AlertRule {
	s := AlertRule{
		Name: r.Name, Site: r.Site, Figure: r.Figure, Filters: append([]string{}, r.Filters...), Bots: r.Bots, Condition: r.condition(), Live: r.live(),
		Channels: []string{}, State: Unknown, Sent: instant(known.sent),
	}
	for _, d := range a.doors[r.Name] {
		s.Channels = append(s.Channels, d.channel)
	}
	if known.until.After(a.Now()) {
		s.SilencedUntil = &known.until
	}
	if len(all) > 0 {
		j := all[0]
		s.State, s.Value, s.Usual, s.Looked = j.verdict, j.value, j.usual, instant(j.at)
		if !r.live() {
			s.Day = j.day
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if l, ok := a.looks[r.Name]; ok {
		s.State, s.Value, s.Looked = l.verdict, l.value, &l.at
	}
	s.Shown, s.Fault = words(r.Figure, s.Value), a.faults[r.Name]
	return s
}

// instant is nil for never.
func instant(t time.Time) *time.Time {
	if t.Year() <= 1970 {
		return nil
	}
	return &t
}

type nameQuestion struct {
	Name string `path:"name" doc:"Name of the rule." example:"blog-quiet"`
}

// rule finds a rule that the caller may see. One that does not exist gets the same answer as one of
// another's site.
func (a *Alerts) rule(ctx context.Context, name string) (Rule, error) {
	for _, r := range a.visible(ctx) {
		if r.Name == name {
			return r, nil
		}
	}
	return Rule{}, huma.Error404NotFound(fmt.Sprintf("there is no rule %q that you may see", name))
}

func (a *Alerts) test(ctx context.Context, q *nameQuestion) (*struct{}, error) {
	r, err := a.rule(ctx, q.Name)
	if err != nil {
		return nil, err
	}
	all, err := a.store.judged(ctx, r)
	if err != nil {
		return nil, err
	}
	j := judgement{day: noDay, verdict: Holds, at: a.Now()}
	if len(all) > 0 {
		j = all[0]
	}
	m := a.message(r, j)
	m.ID, m.Test, m.At = uuid.NewString(), true, a.Now().UTC().Truncate(time.Second) // or the real one would be taken for one that has arrived already
	if m.Day == noDay {
		m.Day = ""
	}
	ctx, cancel := context.WithTimeout(ctx, delivery.Timeout)
	defer cancel()
	var errs []error
	for _, d := range a.doors[r.Name] {
		if err := d.send(ctx, m); err != nil {
			errs = append(errs, fmt.Errorf("by %s: %w", d.channel, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		a.log.Warn("test of an alert", "rule", r.Name, "err", err)
		return nil, huma.Error502BadGateway(err.Error())
	}
	return nil, nil
}

type silenceQuestion struct {
	Name string `path:"name" doc:"Name of the rule."`
	Body struct {
		Until time.Time `json:"until" doc:"In the future, at most a year ahead."`
	}
}

const longestSilence = 366 * 24 * time.Hour

func (a *Alerts) silence(ctx context.Context, q *silenceQuestion) (*struct{}, error) {
	r, err := a.rule(ctx, q.Name)
	if err != nil {
		return nil, err
	}
	if now := a.Now(); !q.Body.Until.After(now) || q.Body.Until.After(now.Add(longestSilence)) {
		text := fmt.Sprintf("until %s must lie in the future, at most a year ahead", q.Body.Until.UTC().Format(time.RFC3339))
		return nil, huma.Error422UnprocessableEntity(text, &huma.ErrorDetail{Message: text, Location: "body.until", Value: q.Body.Until})
	}
	return nil, a.store.silence(ctx, r, q.Body.Until, access.From(ctx).Name)
}

func (a *Alerts) unsilence(ctx context.Context, q *nameQuestion) (*struct{}, error) {
	r, err := a.rule(ctx, q.Name)
	if err != nil {
		return nil, err
	}
	return nil, a.store.silence(ctx, r, time.Unix(0, 0), access.From(ctx).Name)
}
