package weekly

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/mail"
)

// door is a way out to one recipient.
type door struct {
	channel string   // mail or webhook
	to      string   // address or URL
	sites   []string // whose reports go through it
	send    func(ctx context.Context, e *edition) error
}

func (d door) takes(site string) bool { return slices.Contains(d.sites, site) }

// doors are those of the settings.
func (c Config) doors(log *slog.Logger) (all []door, err error) {
	for _, text := range c.To {
		sites, to := c.recipient(text)
		all = append(all, c.byMail(to, sites))
	}
	if c.Webhook == "" {
		return all, nil
	}
	hook, err := c.byWebhook()
	if err == nil && c.WebhookSecretFile == "" {
		log.Warn("the webhook of the weekly report gets no signature: name dashboard-weekly-webhook-secret-file")
	}
	return append(all, hook), err
}

func (c Config) byMail(to string, sites []string) door {
	sender := mail.NewSender(c.Mail)
	return door{"mail", to, sites, func(ctx context.Context, e *edition) error { return sender.Send(ctx, e.message(to)) }}
}

func (c Config) byWebhook() (door, error) {
	hook, err := delivery.NewHook(c.Outgoing, c.Webhook, "dashboard-weekly-webhook-secret", c.WebhookSecretFile)
	if err != nil {
		return door{}, err
	}
	return door{"webhook", c.Webhook, c.Sites, func(ctx context.Context, e *edition) error {
		body, err := e.payload()
		if err != nil {
			return err
		}
		return hook.Post(ctx, e.ID, body)
	}}, nil
}

// payload is the report as JSON, with its picture.
func (e *edition) payload() ([]byte, error) {
	r := e.Report
	r.Chart = &Chart{Type: "image/png", Data: e.png}
	body, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return body, nil
}
