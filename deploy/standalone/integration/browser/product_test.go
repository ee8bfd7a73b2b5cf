package browser

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

// footfall is a running standalone.
type footfall struct{ *instance.Instance }

// start runs `footfall up` and waits for its banner.
func start(data string) (*footfall, error) {
	p, err := instance.New(binary, data, "FOOTFALL_ANALYST_PASSWORD=look-only", "FOOTFALL_CONSUMER_BATCH_WAIT=100ms",
		"FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0", "FOOTFALL_TIME_ZONE="+zoneAtNoon(time.Now()))
	if err != nil {
		return nil, err
	}
	return &footfall{p}, p.Start()
}

// zoneAtNoon is a time zone in which it is noon, so that no test runs over midnight.
func zoneAtNoon(now time.Time) string {
	return fmt.Sprintf("Etc/GMT%+d", now.UTC().Hour()-12) // "-1" is an hour ahead of UTC
}

// command runs another command of the binary and returns what it prints.
func (f *footfall) command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return f.Command(t.Context(), args...)
}

// ask sends a query to ClickHouse as the analyst; the answer is TSV without its last newline.
func (f *footfall) ask(t *testing.T, query string) string {
	t.Helper()
	code, answer, err := f.SQL(t.Context(), "analyst", "look-only", query)
	if err != nil || code != http.StatusOK {
		t.Fatalf("%s: %d %s, %v", query, code, answer, err)
	}
	return answer
}

// until waits for a condition that another process brings about.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
