package faults

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// load posts requests and keeps the journal, as a patient client does: what has no answer, or one that
// asks to come again, is mostly sent again, and sometimes given up; some is sent twice for no reason.
type load struct {
	url     string
	seed    uint64
	began   time.Time
	journal *journal
	client  *http.Client
	pace    *rate.Limiter // requests a second

	next    atomic.Uint64
	refused atomic.Int64 // answers 503
	curt    atomic.Int64 // of these, without Retry-After
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// clientTimeout is when the load gives up on an answer.
const clientTimeout = 15 * time.Second

// usualPace is how many requests a second are sent unless a test says otherwise.
const usualPace = 40

func newLoad(url string, seed uint64, j *journal) *load {
	l := &load{
		url: url, seed: seed, began: time.Now(), journal: j, pace: rate.NewLimiter(usualPace, 8),
		client: &http.Client{Timeout: clientTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// run lets so many senders work until stop.
func (l *load) run(senders int) {
	for range senders {
		l.running.Go(func() {
			for l.pace.Wait(l.ctx) == nil {
				l.send(l.next.Add(1))
			}
		})
	}
}

// stop ends the senders; each finishes what it has begun.
func (l *load) stop() {
	l.cancel()
	l.running.Wait()
	l.client.CloseIdleConnections()
}

// send posts the n-th request until it has an answer or is given up.
func (l *load) send(n uint64) {
	q := draw(l.seed, n, l.began)
	r := rand.New(rand.NewPCG(l.seed^0x9e3779b9, n))
	patient, twice := r.IntN(10) < 8, r.IntN(20) == 0
	for {
		done := l.post(q)
		if done && twice {
			twice = false
			continue
		}
		if done || !patient || l.pace.Wait(l.ctx) != nil {
			return
		}
	}
}

// answer is what the harness reads of the collector's answers.
type answer struct {
	Accepted int `json:"accepted"`
	Errors   []struct {
		Index int `json:"index"`
	} `json:"errors"`
}

// post sends a request once and notes what became of it. It reports whether there is nothing more to be
// known.
func (l *load) post(q *request) (done bool) {
	l.journal.begin(q.events)
	defer l.journal.end()
	path, kind := "/v1/events", "text/plain"
	if q.batch {
		path, kind = "/v1/batch", "application/x-ndjson"
	}
	req, err := http.NewRequest(http.MethodPost, l.url+path, strings.NewReader(q.body))
	if err != nil {
		return true
	}
	req.Header.Set("Content-Type", kind)
	if q.batch {
		req.Header.Set("Authorization", "Bearer "+token)
	} else {
		req.Header.Set("X-Forwarded-For", q.client.String())
	}
	resp, err := l.client.Do(req)
	if err != nil {
		var op *net.OpError
		if !errors.As(err, &op) || op.Op != "dial" {
			l.note(q, unknown)
		}
		return false
	}
	defer resp.Body.Close()
	return l.read(q, resp)
}

func (l *load) read(q *request, resp *http.Response) (done bool) {
	var a answer
	err := json.NewDecoder(resp.Body).Decode(&a)
	switch {
	case resp.StatusCode == http.StatusAccepted && err == nil:
		refused := map[int]bool{}
		for _, e := range a.Errors {
			refused[e.Index] = true
		}
		for i, e := range q.events {
			f := acknowledged
			if refused[i] {
				f = rejected
			}
			l.journal.becomes(e.id, f)
		}
		return true
	case resp.StatusCode >= 400 && resp.StatusCode < 500:
		l.note(q, rejected)
		return true
	case resp.StatusCode == http.StatusServiceUnavailable:
		l.refused.Add(1)
		if resp.Header.Get("Retry-After") == "" {
			l.curt.Add(1)
		}
	}
	l.note(q, unknown)
	return false
}

func (l *load) note(q *request, f fate) {
	for _, e := range q.events {
		l.journal.becomes(e.id, f)
	}
}
