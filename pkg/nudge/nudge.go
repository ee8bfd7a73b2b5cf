// Package nudge looks again and again at what is to be done: gocron only nudges a loop, which compares
// what there is with what there should be, so that a nudge too many or one that is dropped does no harm.
package nudge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// Loop looks when it is nudged, one look after the other.
type Loop struct {
	cron   gocron.Scheduler
	nudge  chan struct{}
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// New makes a Loop that may be nudged already, and looks once it has started.
func New() *Loop { return &Loop{nudge: make(chan struct{}, 1)} }

// Start begins with a look at once, and nudges the loop every so often.
func (l *Loop) Start(name string, every time.Duration, look func(context.Context), options ...gocron.SchedulerOption) (err error) {
	l.cron, err = gocron.NewScheduler(append(options, gocron.WithLocation(time.UTC))...)
	if err != nil {
		return fmt.Errorf("make scheduler of %s: %w", name, err)
	}
	_, err = l.cron.NewJob(gocron.DurationJob(every), gocron.NewTask(l.Nudge), gocron.WithName(name), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return fmt.Errorf("schedule %s: %w", name, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-l.nudge:
				if ctx.Err() == nil { // both may be ready
					look(ctx)
				}
			}
		}
	})
	l.cron.Start()
	return nil
}

// Nudge asks for a look; it never waits.
func (l *Loop) Nudge() {
	select {
	case l.nudge <- struct{}{}:
	default: // one look is asked for already
	}
}

// Stop cancels the context of the look that is on, and waits for it; a Loop that has not started needs none.
func (l *Loop) Stop() error {
	if l.cancel == nil {
		return nil
	}
	err := l.cron.Shutdown()
	l.cancel()
	l.done.Wait()
	return err
}

// Leadership says whether this process is the one of several that looks.
type Leadership interface {
	// Term ends when this process stops leading; it has ended already when it does not lead. While it
	// leads without a break, it is the same.
	Term() context.Context
}

var errNotLeader = errors.New("another process leads")

// elector lets gocron skip its nudges in processes that do not lead.
type elector struct{ Leadership }

// IsLeader is gocron's question.
func (e elector) IsLeader(context.Context) error {
	if e.Term().Err() != nil {
		return errNotLeader
	}
	return nil
}

// While lets gocron nudge only in the process that leads.
func While(l Leadership) gocron.SchedulerOption { return gocron.WithDistributedElector(elector{l}) }
