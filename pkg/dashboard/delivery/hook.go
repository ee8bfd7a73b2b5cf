package delivery

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/footfall-analytics/footfall/pkg/credentials"
	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// Hook is a webhook.
type Hook struct {
	url, setting, secretFile string
	client                   *outgoing.Client
}

// NewHook makes a Hook whose calls are signed with the secret in a file; setting names that in errors.
func NewHook(cfg outgoing.Config, url, setting, secretFile string) (*Hook, error) {
	client, err := outgoing.New(cfg, url)
	if err != nil {
		return nil, err
	}
	return &Hook{url, setting, secretFile, client}, nil
}

// Post sends a body of JSON. The secret is read each time: it may be changed without a restart.
func (h *Hook) Post(ctx context.Context, id string, body []byte) error {
	defer h.client.CloseIdleConnections() // it is called rarely
	header := http.Header{"Content-Type": {"application/json"}, Header: {id}}
	secret, err := credentials.Password(h.setting, "", h.secretFile)
	if err != nil {
		return err
	}
	if secret != "" {
		header.Set(SignatureHeader, sign(secret, time.Now(), body))
	}
	return h.client.Call(ctx, http.MethodPost, h.url, header, bytes.NewReader(body))
}
