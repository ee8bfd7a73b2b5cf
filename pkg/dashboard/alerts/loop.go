package alerts

import (
	"context"
	"time"
)

// every is how often rules are looked at.
const every = time.Minute

// Start begins with a look at once; without rules there is nothing to do.
func (a *Alerts) Start(context.Context) error {
	if len(a.rules) == 0 {
		return nil
	}
	return a.loop.Start("alerts", every, a.Look)
}

// Stop waits for a message that is being sent: broken off, it could arrive and be sent again.
func (a *Alerts) Stop(context.Context) error { return a.loop.Stop() }
