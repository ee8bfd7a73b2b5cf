package alerts

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// every is how often rules are looked at.
const every = time.Minute

// loop is what runs in the background.
type loop struct {
	cron   gocron.Scheduler
	nudge  chan struct{}
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// Start begins with a look at once; without rules there is nothing to do.
func (a *Alerts) Start(context.Context) (err error) {
	if len(a.rules) == 0 {
		return nil
	}
	if a.loop.cron, err = gocron.NewScheduler(gocron.WithLocation(time.UTC)); err != nil {
		return fmt.Errorf("make scheduler: %w", err)
	}
	_, err = a.loop.cron.NewJob(gocron.DurationJob(every), gocron.NewTask(a.Nudge), gocron.WithName("alerts"), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return fmt.Errorf("schedule alerts: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	a.loop.cancel = cancel
	a.loop.done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-a.loop.nudge:
				a.Look(ctx)
			}
		}
	})
	a.loop.cron.Start()
	return nil
}

// Nudge asks for a look; it never waits.
func (a *Alerts) Nudge() {
	select {
	case a.loop.nudge <- struct{}{}:
	default: // one look is asked for already
	}
}

// Stop waits for a message that is being sent: broken off, it could arrive and be sent again.
func (a *Alerts) Stop(context.Context) error {
	if a.loop.cron == nil {
		return nil
	}
	err := a.loop.cron.Shutdown()
	a.loop.cancel()
	a.loop.done.Wait()
	return err
}
