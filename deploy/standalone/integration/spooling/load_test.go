package spooling

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// load posts single events from several workers and keeps a journal of the answers.
type load struct {
	url    string
	client *http.Client
	stop   context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	accepted map[event.ID]bool
	refused  int           // answers 503
	wrong    string        // an answer that should not be
	changed  chan struct{} // an answer has come
}

func newLoad(c *collector) *load {
	return &load{
		url: "http://" + c.addr + "/v1/events", accepted: map[event.ID]bool{}, changed: make(chan struct{}, 1),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second},
	}
}

// begin starts the workers; end stops them.
func (l *load) begin(workers int) {
	ctx, cancel := context.WithCancel(context.Background())
	l.stop = cancel
	for range workers {
		l.wg.Go(func() {
			for ctx.Err() == nil {
				if l.post() != http.StatusAccepted {
					pause(ctx, 10*time.Millisecond) // a good client does as Retry-After says, only slower
				}
			}
		})
	}
}

func (l *load) end() {
	l.stop()
	l.wg.Wait()
	l.client.CloseIdleConnections()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// post sends one event. An answer that does not come says nothing about the event.
func (l *load) post() int {
	id := event.NewID(time.Now())
	resp, err := l.client.Post(l.url, "text/plain", strings.NewReader(fmt.Sprintf(
		`{"site":"demo","type":"pageview","url":"https://demo.example/an/article/%s","title":"A page","event_id":%q}`, id, id)))
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0
	}
	l.note(id, resp, body)
	return resp.StatusCode
}

func (l *load) note(id event.ID, resp *http.Response, body []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case resp.StatusCode == http.StatusAccepted:
		l.accepted[id] = true
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		l.refused++
	default:
		l.wrong = fmt.Sprintf("%s %v %s", resp.Status, resp.Header, body)
	}
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// counts are the answers so far: 202 and 503.
func (l *load) counts() (accepted, refused int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.accepted), l.refused
}

// await waits until so many more events have been accepted.
func (l *load) await(t *testing.T, more int) {
	t.Helper()
	begin, _ := l.counts()
	l.awaitThat(t, func() bool { accepted, _ := l.counts(); return accepted >= begin+more })
}

func (l *load) awaitThat(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	for !done() {
		select {
		case <-l.changed:
		case <-deadline:
			accepted, refused := l.counts()
			t.Fatalf("%d events accepted, %d refused, and no further", accepted, refused)
		}
	}
}

// check compares the journal with what is stored.
func (l *load) check(t *testing.T, stored map[event.ID]int) {
	t.Helper()
	missing, records := 0, 0
	for id := range l.accepted {
		if stored[id] == 0 {
			missing++
		}
	}
	for _, n := range stored {
		records += n
	}
	t.Logf("%d events accepted, %d answers 503, %d events stored in %d records", len(l.accepted), l.refused, len(stored), records)
	if missing > 0 {
		t.Errorf("%d of %d accepted events are missing", missing, len(l.accepted))
	}
	if l.wrong != "" {
		t.Errorf("a wrong answer: %s", l.wrong)
	}
}
