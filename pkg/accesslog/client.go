package accesslog

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Bounds of one attempt, of its answer, and of the pause between two attempts.
const (
	postTimeout   = 60 * time.Second
	maxAnswer     = 16 << 20
	firstPause    = 250 * time.Millisecond
	longestPause  = 15 * time.Second
	postsInFlight = 2
)

// Client posts batches to one collector. It is safe for several goroutines.
//
// The collector's 202 (and its 400 when it refuses every event) is an answer. Answers 408, 429 and
// 5xx, and a connection that fails, are tried again with growing pauses, or after the pause that the
// collector asks for in Retry-After. Anything else is an error at once.
type Client struct {
	url, token string
	giveUp     time.Duration // 0 means never
	http       *http.Client
	// waiting is told of every failed attempt and of the pause that follows; it may be nil.
	waiting func(err error, pause time.Duration)
}

// NewClient makes a client that tries a batch for as long as giveUp says.
func NewClient(cfg ClientConfig, giveUp time.Duration, waiting func(error, time.Duration)) (*Client, error) {
	token, err := cfg.token()
	if err != nil {
		return nil, err
	}
	return &Client{
		url: cfg.endpoint(), token: token, giveUp: giveUp, waiting: waiting,
		http: &http.Client{
			Timeout:   postTimeout,
			Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: postsInFlight},
			// A redirect would turn the post into a GET: it is an answer, and a wrong one.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Post delivers a batch: when it returns without an error, every event of it is either stored
// durably or named in the answer as rejected. After an error the batch may be posted again: the
// events' ids make repeats harmless.
func (c *Client) Post(ctx context.Context, b *Batch) (Answer, error) {
	body, err := b.pack()
	if err != nil {
		return Answer{}, err
	}
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = firstPause, longestPause
	started := time.Now()
	answer, err := backoff.Retry(ctx, func() (Answer, error) { return c.try(ctx, body) },
		backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(c.giveUp), backoff.WithNotify(c.notify))
	if err == nil {
		return answer, nil
	}
	if ctx.Err() != nil {
		return Answer{}, fmt.Errorf("post to %s: %w", c.url, context.Cause(ctx))
	}
	if isTemporary(err) {
		err = fmt.Errorf("%w; gave up after %s: see that the collector runs and that --collector-url is right, then run the same again "+
			"(what has arrived is not counted twice)", err, time.Since(started).Round(time.Second))
	}
	return Answer{}, fmt.Errorf("post to %s: %w", c.url, err)
}

func (c *Client) notify(err error, pause time.Duration) {
	if c.waiting != nil {
		c.waiting(fmt.Errorf("post to %s: %w", c.url, err), pause)
	}
}

// try makes one attempt.
func (c *Client) try(ctx context.Context, body []byte) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return Answer{}, backoff.Permanent(err)
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Content-Encoding", "gzip")
	req.Header.Set("User-Agent", "footfall-shipper")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, temporary{err: unwrapURL(err)}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return Answer{}, temporary{err: fmt.Errorf("read the answer: %w", err)}
	}
	return readAnswer(resp, text, time.Now())
}
