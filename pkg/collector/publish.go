package collector

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// publishContext bounds how long a request waits for its acknowledgements. A client that goes away
// does not end it: its page is often closed right after it has posted.
func (c *Collector) publishContext(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), c.publishTimeout)
}

// publish makes events durable, or gives the problem to answer with. The slice is the publisher's
// from here on: after a timeout it may still be reading it.
func (c *Collector) publish(ctx context.Context, events []event.Event) *problem {
	if len(events) == 0 {
		return nil
	}
	begin := time.Now()
	err := c.publisher.Publish(ctx, events)
	c.metrics.ack.Observe(time.Since(begin).Seconds())
	if err == nil {
		return nil
	}
	c.metrics.count(resultFailed, "unavailable", len(events))
	c.failures.note(c.log, err)
	return unavailable("the events could not be made durable in time: send them again after the time in Retry-After")
}

// failureLog logs failures to publish, one line in ten seconds however many there are.
type failureLog struct {
	sometimes rate.Sometimes
	failed    atomic.Int64
}

func newFailureLog() *failureLog {
	return &failureLog{sometimes: rate.Sometimes{Interval: 10 * time.Second}}
}

func (f *failureLog) note(log *slog.Logger, err error) {
	f.failed.Add(1)
	f.sometimes.Do(func() {
		log.Error("publish events", "err", err, "failures", f.failed.Swap(0))
	})
}
