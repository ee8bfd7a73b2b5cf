// Package outgoing is the one way in which Footfall calls others: webhooks, alerts and calendars.
//
// A client reaches the hosts that the operator has named and no others. It speaks https; the address
// that a name resolves to is held against the rules at the moment of the dial, so that a name that
// resolves differently the second time wins nothing. Private, loopback and link-local addresses (where
// clouds keep their credentials) are refused, unless the operator has named the address itself or has
// named the host as one inside. At most two redirects are followed, only to named hosts and never from
// https down to http. An answer is at most 5 MB after decompression, and the whole exchange takes at
// most 10 s. Proxies in the environment are not used: they would dial where no rule is asked.
//
// Addresses of webhooks often hold a secret, so that errors name no more of them than the host.
package outgoing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	timeout      = 10 * time.Second
	maxRedirects = 2
	maxAnswer    = 5 << 20 // bytes
)

// ErrRefused is in the errors of requests that the rules forbid.
var ErrRefused = errors.New("outgoing requests may not go there")

// ErrTooLong is in the errors of answers that are longer than is read.
var ErrTooLong = errors.New("the answer is too long")

// Client calls the hosts that were named.
type Client struct {
	http  *http.Client
	rules rules
	limit int64
}

// New makes a client that may call the hosts of these URLs, and those of cfg.
func New(cfg Config, urls ...string) (*Client, error) {
	allowed, err := cfg.rules(urls)
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(cfg, allowed)
	if err != nil {
		return nil, err
	}
	c := &Client{rules: allowed, limit: maxAnswer}
	c.http = &http.Client{Timeout: timeout, Transport: transport, CheckRedirect: c.redirect}
	return c, nil
}

// Answer is what was answered, whatever the status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK returns an error unless the status is 2xx.
func (a Answer) OK() error {
	if a.Status/100 == 2 {
		return nil
	}
	return fmt.Errorf("it answered %d %s", a.Status, http.StatusText(a.Status))
}

// Do sends a request and reads the whole answer.
func (c *Client) Do(r *http.Request) (Answer, error) {
	if err := c.rules.permit(r.URL); err != nil {
		return Answer{}, err
	}
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "footfall")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return Answer{}, fmt.Errorf("call %s: %w", r.URL.Host, withoutURL(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, c.limit+1))
	if err != nil {
		return Answer{}, fmt.Errorf("read answer of %s: %w", r.URL.Host, withoutURL(err))
	}
	if int64(len(body)) > c.limit {
		return Answer{}, fmt.Errorf("read answer of %s: it is longer than %d bytes: %w", r.URL.Host, c.limit, ErrTooLong)
	}
	return Answer{res.StatusCode, res.Header, body}, nil
}

// Call sends a request and takes any 2xx for a success.
func (c *Client) Call(ctx context.Context, method, address string, header http.Header, body io.Reader) error {
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return errors.New("the address is no URL")
	}
	for name, values := range header {
		r.Header[name] = values
	}
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	if err := answer.OK(); err != nil {
		return fmt.Errorf("call %s: %w", r.URL.Host, err)
	}
	return nil
}

// CloseIdleConnections ends the connections that wait for the next request.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// redirect refuses redirects that lead elsewhere.
func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	if r.URL.Scheme != "https" && via[len(via)-1].URL.Scheme == "https" {
		return fmt.Errorf("redirect to %s without TLS: %w", r.URL.Host, ErrRefused)
	}
	if err := c.rules.permit(r.URL); err != nil {
		return fmt.Errorf("redirect: %w", err)
	}
	return nil
}

// withoutURL takes the address out of an error: it may hold a secret.
func withoutURL(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
