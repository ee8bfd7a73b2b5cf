package consumer

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// workers are those of the generations that last.
type workers struct {
	mu  sync.Mutex
	all map[*worker]struct{}
}

func (s *workers) add(w *worker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[*worker]struct{}{}
	}
	s.all[w] = struct{}{}
}

func (s *workers) remove(w *worker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, w)
}

func (s *workers) list() (all []*worker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.all {
		all = append(all, w)
	}
	return all
}

// guard returns when the worker has ended, or when it is given up: because it made no progress for too
// long, or because it does not end with its generation. A worker that is stuck for ever does no harm
// then: Kafka refuses its commits, and it has lost its partition to another one.
func (c *Consumer) guard(ctx context.Context, w *worker, done <-chan struct{}) {
	tick := time.NewTicker(max(c.cfg.Stall/10, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			select {
			case <-done:
			case <-time.After(c.cfg.InsertTimeout + 2*commitTimeout):
				w.log.Error("worker does not end, left behind")
			}
			return
		case <-tick.C:
			if idle := c.now().Sub(time.Unix(0, w.progress.Load())); idle > c.cfg.Stall {
				w.log.Error("no commit in spite of lag, the generation is closed", "for", idle)
				c.metrics.stalls.Inc()
				return
			}
		}
	}
}

// lagEvery is how often the lag is measured.
const lagEvery = 5 * time.Second

func (c *Consumer) watchLag() {
	ticker := time.NewTicker(lagEvery)
	defer ticker.Stop()
	for {
		c.measureLag()
		select {
		case <-ticker.C:
		case <-c.fetching.Done():
			return
		}
	}
}

// measureLag counts records of all partitions, and seconds of those that are worked on here.
func (c *Consumer) measureLag() {
	lag, err := c.source.Lag(c.fetching)
	if err != nil && c.fetching.Err() == nil {
		c.log.Debug("lag is not known", "error", err)
	}
	for partition, records := range lag {
		c.metrics.lag.WithLabelValues(strconv.Itoa(partition)).Set(float64(records))
	}
	c.metrics.lagSeconds.Reset()
	for _, w := range c.workers.list() {
		seconds := 0.0
		if oldest := w.oldest.Load(); oldest > 0 {
			seconds = max(0, c.now().Sub(time.UnixMilli(oldest)).Seconds())
		}
		c.metrics.lagSeconds.WithLabelValues(strconv.Itoa(w.p.ID())).Set(seconds)
	}
}
