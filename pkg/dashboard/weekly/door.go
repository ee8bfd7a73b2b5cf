package weekly

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/credentials"
	"github.com/footfall-analytics/footfall/pkg/mail"
	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// door is a way out to one recipient.
type door struct {
	channel string   // mail or webhook
	to      string   // address or URL
	sites   []string // whose reports go through it
	send    func(ctx context.Context, e *edition) error
}

// digest is how the journal names the recipient: analysts read that table.
func (d door) digest() string {
	sum := sha256.Sum256([]byte(d.to))
	return hex.EncodeToString(sum[:16])
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

const (
	// DeliveryHeader holds the report's id, which is the same whenever it is sent again.
	DeliveryHeader = "Footfall-Delivery"
	// SignatureHeader holds t=SECONDS,v1=HEX: the HMAC-SHA256 of "SECONDS.BODY" with the secret as key,
	// where SECONDS is when it was sent, since 1970.
	SignatureHeader = "Footfall-Signature"
)

func (c Config) byWebhook() (door, error) {
	client, err := outgoing.New(c.Outgoing, c.Webhook)
	if err != nil {
		return door{}, err
	}
	return door{"webhook", c.Webhook, c.Sites, func(ctx context.Context, e *edition) error {
		defer client.CloseIdleConnections() // it is called once a week
		body, err := e.payload()
		if err != nil {
			return err
		}
		header := http.Header{"Content-Type": {"application/json"}, DeliveryHeader: {e.ID}}
		secret, err := credentials.Password("dashboard-weekly-webhook-secret", "", c.WebhookSecretFile)
		if err != nil {
			return err
		}
		if secret != "" {
			header.Set(SignatureHeader, sign(secret, time.Now(), body))
		}
		return client.Call(ctx, http.MethodPost, c.Webhook, header, bytes.NewReader(body))
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

func sign(secret string, now time.Time, body []byte) string {
	at := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return "t=" + at + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
