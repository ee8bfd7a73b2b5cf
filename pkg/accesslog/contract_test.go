package accesslog

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

const testToken = "s3cret"

// collector keeps the contract of POST /v1/batch: it judges events as the real one does and keeps
// those that it takes.
type collector struct {
	*httptest.Server
	t *testing.T

	mu       sync.Mutex
	taken    []event.Posted
	first    []event.Posted // what a test has put aside
	posts    []int          // events per post
	current  int            // posts being answered,
	most     int            // and the most at a time
	script   []func(w http.ResponseWriter)
	lost     int           // so many posts are taken, but their answers get lost on the way
	answered chan struct{} // one for every post
}

// newCollector answers the first posts as the script says and the others by the contract.
func newCollector(t *testing.T, script ...func(w http.ResponseWriter)) *collector {
	c := &collector{t: t, script: script, answered: make(chan struct{}, 1000)}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *collector) config() ClientConfig { return ClientConfig{CollectorURL: c.URL, Token: testToken} }

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() { c.answered <- struct{}{} }()
	c.mu.Lock()
	c.current++
	c.most = max(c.most, c.current)
	var scripted func(http.ResponseWriter)
	if len(c.script) > 0 {
		scripted, c.script = c.script[0], c.script[1:]
	}
	c.mu.Unlock()
	defer func() { c.mu.Lock(); c.current--; c.mu.Unlock() }()
	switch {
	case scripted != nil:
		scripted(w)
	case r.Method != "POST" || r.URL.Path != "/v1/batch" || r.Header.Get("Content-Type") != "application/x-ndjson":
		problem(http.StatusNotFound, "no such thing", r.Method+" "+r.URL.Path)(w)
	case r.Header.Get("Authorization") != "Bearer "+testToken:
		problem(http.StatusUnauthorized, "unauthorized", "the token is not known")(w)
	default:
		c.take(w, r)
	}
}

func (c *collector) take(w http.ResponseWriter, r *http.Request) {
	body, err := gzip.NewReader(r.Body)
	if err != nil {
		problem(http.StatusBadRequest, "bad gzip", err.Error())(w)
		return
	}
	var good []event.Posted
	answer := Answer{Reasons: map[string]int{}}
	lines, size := bufio.NewScanner(body), 0
	lines.Buffer(nil, 1<<20)
	for i := 0; lines.Scan(); i++ {
		size += len(lines.Bytes()) + 1
		var p event.Posted
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			c.t.Errorf("line %d: %v", i, err)
		}
		if inv := judge(&p); inv != nil {
			answer.Rejected++
			answer.Reasons[string(inv.Reason)]++
			answer.Errors = append(answer.Errors, Rejection{i, inv.Field, inv.Value, string(inv.Reason), inv.Detail})
			continue
		}
		good = append(good, p)
	}
	if size > maxBatchBytes || lines.Err() != nil {
		c.t.Errorf("a batch of %d bytes, %v", size, lines.Err())
	}
	answer.Accepted = len(good)
	c.mu.Lock()
	c.taken = append(c.taken, good...)
	c.posts = append(c.posts, len(good)+answer.Rejected)
	c.lost--
	lost := c.lost >= 0
	c.mu.Unlock()
	if lost {
		busy("0")(w)
		return
	}
	writeAnswer(w, answer)
}

func writeAnswer(w http.ResponseWriter, answer Answer) {
	w.Header().Set("Content-Type", "application/json")
	body := map[string]any{"accepted": answer.Accepted, "rejected": answer.Rejected}
	if answer.Rejected > 0 {
		body["errors"], body["reasons"] = answer.Errors, answer.Reasons
	}
	code := http.StatusAccepted
	if answer.Accepted == 0 {
		w.Header().Set("Content-Type", "application/problem+json")
		body["title"], body["detail"], body["status"] = "Bad Request", "no event was accepted", http.StatusBadRequest
		code = http.StatusBadRequest
	}
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
}

func judge(p *event.Posted) *event.Invalid {
	e := event.Event{Received: time.Now(), AddressMode: event.Full}
	err := p.Fill(&e)
	if err == nil {
		err = p.FillTrusted(&e)
	}
	if err == nil {
		err = e.Validate()
	}
	inv, _ := event.AsInvalid(err)
	return inv
}

// urls returns what has been taken, in order.
func (c *collector) urls() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var urls []string
	for _, p := range c.taken {
		urls = append(urls, p.URL)
	}
	return urls
}

// count returns how many events of a URL have been taken, repeats too.
func (c *collector) count(url string) (n int) {
	for _, taken := range c.urls() {
		if taken == url {
			n++
		}
	}
	return n
}

// waitFor waits until the URLs, in any order, and nothing else have been taken, repeats aside.
func (c *collector) waitFor(want ...string) {
	c.t.Helper()
	slices.Sort(want)
	deadline := time.After(time.Minute)
	for {
		got := slices.Compact(slices.Sorted(slices.Values(c.urls())))
		if slices.Equal(got, want) {
			return
		}
		select {
		case <-c.answered:
		case <-deadline:
			c.t.Fatalf("taken are %v, want %v", got, want)
		}
	}
}

// wantOnce checks that no event came twice.
func (c *collector) wantOnce() {
	c.t.Helper()
	for id, n := range c.ids() {
		if n != 1 {
			c.t.Errorf("event %s came %d times", id, n)
		}
	}
}

// ids returns how often each event has been taken.
func (c *collector) ids() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := map[string]int{}
	for _, p := range c.taken {
		ids[p.EventID]++
	}
	return ids
}

func problem(code int, title, detail string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(code)
		json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": title, "status": code, "detail": detail})
	}
}

func busy(retryAfter string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", retryAfter)
		problem(http.StatusServiceUnavailable, "unavailable", "the spool is full")(w)
	}
}

// logLine makes a combined line for a page.
func logLine(path string, second int) string {
	at := time.Date(2024, 5, 6, 23, 59, 0, 0, time.UTC).Add(time.Duration(second) * time.Second)
	return fmt.Sprintf("192.0.2.%d - - [%s] \"GET %s HTTP/1.1\" 200 %d \"-\" %q\n",
		second%250, at.Format("02/Jan/2006:15:04:05 -0700"), path, 100+second, agent)
}
