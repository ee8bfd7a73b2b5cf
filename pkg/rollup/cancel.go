package rollup

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// A person stops a run by cancelling the request that it was begun for. The run ends at once, up to the
// moment in which its rows begin to be swapped in: from there on it goes to its end, since half a day must
// never be seen. A run that was stopped says nothing about the day.

// stopped is the error of a run that a person has stopped: who.
type stopped string

func (s stopped) Error() string { return string(s) }

// stoppable is a context that ends also when somebody stops the run. Call release when it is over.
func (o Order) stoppable(ctx context.Context) (work context.Context, release func()) {
	work, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case by := <-o.Stop:
			cancel(stopped(by))
		case <-work.Done():
		}
	}()
	return work, func() { cancel(nil) }
}

// orStopped is err, unless it is there because somebody has stopped the run; then it says so even without
// an err.
func orStopped(work context.Context, err error) error {
	if s := (stopped("")); errors.As(context.Cause(work), &s) {
		return s
	}
	return err
}

// watchEvery is how often a run's request is read where requests are only read when the ledger is compared.
const watchEvery = 2 * time.Second

// watch tells, once, who cancels a request while its run is on. end stops that, and reads how the request
// stands by then.
func (s *Schedule) watch(ctx context.Context, r ledger.Request) (stop <-chan string, end func() ledger.Request) {
	told := make(chan string, 1)
	watched, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		every := s.runner.cfg.RequestsEvery
		if every == 0 {
			every = watchEvery
		}
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-watched.Done():
				return
			case <-tick.C:
			}
			if now := s.newest(watched, r); now.State == ledger.RequestCancelled {
				told <- cmp.Or(now.Answer, ledger.CancelledBy+"somebody")
				return
			}
		}
	})
	return told, func() ledger.Request {
		cancel()
		done.Wait()
		return s.newest(context.WithoutCancel(ctx), r)
	}
}

// newest reads how a request stands; if it cannot be read, as it was.
func (s *Schedule) newest(ctx context.Context, r ledger.Request) ledger.Request {
	found, err := s.days.Requests(ctx, r.Job, r.ID)
	s.heard(ctx, err)
	if i := slices.IndexFunc(found, func(f ledger.Request) bool { return askedBy(f) == askedBy(r) }); i >= 0 {
		return found[i]
	}
	return r
}
