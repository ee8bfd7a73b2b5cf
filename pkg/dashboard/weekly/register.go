package weekly

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/mail"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Register adds the operations.
func (w *Weekly) Register(api huma.API) {
	op := func(id, path, summary, media string) huma.Operation {
		o := access.Operation(id, http.MethodGet, "/sites/{site}/weekly"+path, summary, "weekly", access.Needs(access.Viewer))
		if media != "" {
			o.Responses = map[string]*huma.Response{"200": {Description: summary, Content: map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
		}
		return o
	}
	huma.Register(api, op("get-weekly", "", "The weekly report", ""), w.getReport)
	huma.Register(api, op("preview-weekly", "/preview", "The weekly report as it is mailed", "text/html"), w.getPreview)
	huma.Register(api, op("get-weekly-chart", "/chart.png", "The picture of the weekly report", "image/png"), w.getChart)
	huma.Register(api, access.Operation("send-test-weekly", http.MethodPost, "/sites/{site}/weekly/send-test", "Send the weekly report now, to one address or to the webhook; it does not count as sent", "weekly",
		access.Needs(access.Admin)), w.sendTest)
}

type weekQuestion struct {
	Site string `path:"site" doc:"Site key." example:"demo"`
	Week string `query:"week" doc:"Week as in ISO 8601, in the site's time zone; by default the last one that has ended." example:"2026-W47"`
}

type reportAnswer struct{ Body Report }

func (w *Weekly) getReport(ctx context.Context, q *weekQuestion) (*reportAnswer, error) {
	site, week, err := w.understand(ctx, *q)
	if err != nil {
		return nil, err
	}
	r, err := w.Build(ctx, site, week)
	return &reportAnswer{r}, err
}

type fileAnswer struct {
	Type   string `header:"Content-Type"`
	Policy string `header:"Content-Security-Policy"`
	Body   []byte
}

func (w *Weekly) getPreview(ctx context.Context, q *weekQuestion) (*fileAnswer, error) {
	e, err := w.asked(ctx, *q)
	if err != nil {
		return nil, err
	}
	page := e.page()
	return &fileAnswer{"text/html; charset=utf-8", policy(page), []byte(page)}, nil
}

func (w *Weekly) getChart(ctx context.Context, q *weekQuestion) (*fileAnswer, error) {
	e, err := w.asked(ctx, *q)
	if err != nil {
		return nil, err
	}
	return &fileAnswer{"image/png", "default-src 'none'; sandbox", e.png}, nil
}

func (w *Weekly) asked(ctx context.Context, q weekQuestion) (*edition, error) {
	site, week, err := w.understand(ctx, q)
	if err != nil {
		return nil, err
	}
	return w.edition(ctx, site, week)
}

// understand checks a question, and that the caller may ask it.
func (w *Weekly) understand(ctx context.Context, q weekQuestion) (site sites.Site, week Week, err error) {
	if err := access.Site(access.From(ctx), q.Site); err != nil {
		return site, week, err
	}
	site, ok := w.sites.Lookup(q.Site)
	if !ok {
		return site, week, huma.Error404NotFound(fmt.Sprintf("there is no site %q", q.Site))
	}
	week = lastWeek(w.Now(), site.Zone)
	if q.Week == "" {
		return site, week, nil
	}
	if week, err = ParseWeek(q.Week, site.Zone); err == nil && w.Now().Before(week.End()) {
		err = fmt.Errorf("week %s has not ended", q.Week)
	}
	if err != nil {
		return site, week, huma.Error422UnprocessableEntity(err.Error(), &huma.ErrorDetail{Message: err.Error(), Location: "query.week", Value: q.Week})
	}
	return site, week, nil
}

type testQuestion struct {
	Site string `path:"site" doc:"Site key."`
	Body struct {
		Week    string `json:"week,omitempty" doc:"By default the last one that has ended."`
		To      string `json:"to,omitempty" maxLength:"320" doc:"Address to mail to."`
		Webhook bool   `json:"webhook,omitempty" doc:"Post to the configured webhook instead."`
	}
}

func (w *Weekly) sendTest(ctx context.Context, q *testQuestion) (*struct{}, error) {
	if err := access.Site(access.From(ctx), q.Site); err != nil {
		return nil, err
	}
	d, err := w.testDoor(q)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	e, err := w.asked(ctx, weekQuestion{q.Site, q.Body.Week})
	if err != nil {
		return nil, err
	}
	e.ID, e.Test = uuid.NewString(), true // or the real one would be taken for one that has arrived already
	ctx, cancel := context.WithTimeout(ctx, delivery.Timeout)
	defer cancel()
	if err := d.send(ctx, e); err != nil {
		w.log.Warn("test of the weekly report", "site", q.Site, "channel", d.channel, "err", err)
		return nil, huma.Error502BadGateway(err.Error())
	}
	return nil, nil
}

func (w *Weekly) testDoor(q *testQuestion) (door, error) {
	switch {
	case q.Body.Webhook && q.Body.To != "":
		return door{}, fmt.Errorf("to %q and webhook are two ways: choose one", q.Body.To)
	case q.Body.Webhook && w.cfg.Webhook == "":
		return door{}, errors.New("there is no webhook: set dashboard-weekly-webhook")
	case q.Body.Webhook:
		return w.cfg.byWebhook()
	case !w.cfg.Mail.On():
		return door{}, errors.New("there is no mail server: set dashboard-weekly-mail-server")
	}
	if _, err := mail.ParseAddress(q.Body.To); err != nil {
		return door{}, err
	}
	return w.cfg.byMail(q.Body.To, nil), nil
}
