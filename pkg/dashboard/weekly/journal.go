package weekly

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

const (
	// lease is how long an attempt that was begun keeps others out; sendTimeout ends it long before.
	lease       = 10 * time.Minute
	sendTimeout = time.Minute

	firstPause   = time.Minute
	longestPause = time.Hour

	// claims is how often two that see each other try again within a look.
	claims = 3
)

// How an attempt stands.
const (
	sending  = "sending"
	released = "released"
	failed   = "failed"
	sent     = "sent"
)

// journal remembers what was sent.
type journal struct{ Journal }

// item is a week's report of a site for one recipient.
type item struct {
	site string
	week Week
	door door
}

func (i item) params() map[string]string {
	return map[string]string{"report": "weekly", "site": i.site, "week": i.week.Monday.String(), "channel": i.door.channel, "recipient": i.door.digest()}
}

type attempt struct {
	id, state string
	age       time.Duration // since it came to stand like this
}

// attempts are those of an item, newest first.
func (j journal) attempts(ctx context.Context, i item) ([]attempt, error) {
	_, rows, err := j.Report(ctx, "dashboard/report_attempts", i.params())
	if err != nil {
		return nil, fmt.Errorf("read what was sent: %w", err)
	}
	all := make([]attempt, len(rows))
	for n, row := range rows {
		all[n].id, _ = row[0].(string)
		all[n].state, _ = row[1].(string)
		ms, _ := row[2].(uint64)
		all[n].age = time.Duration(ms) * time.Millisecond
	}
	return all, nil
}

func (j journal) record(ctx context.Context, i item, id, state, detail string) error {
	p := i.params()
	p["attempt_id"], p["state"], p["detail"] = id, state, oneLine(detail, maxDetail)
	if err := j.Record(ctx, "record_report", p); err != nil {
		return fmt.Errorf("write down that a report is %s: %w", state, err)
	}
	return nil
}

const maxDetail = 500

// standing says whether an item was sent, and otherwise whether it is time for an attempt.
func standing(all []attempt, self string) (done, due bool) {
	failures, last := 0, time.Duration(0)
	due = true
	for _, a := range all {
		switch {
		case a.state == sent:
			return true, false
		case a.state == sending && a.id != self && a.age < lease:
			due = false
		case a.state == failed:
			if failures == 0 {
				last = a.age
			}
			failures++
		}
	}
	return false, due && (failures == 0 || last >= pause(failures))
}

// pause is how long to wait after so many failures.
func pause(failures int) time.Duration {
	d := firstPause
	for ; failures > 1 && d < longestPause; failures-- {
		d *= 2
	}
	return min(d, longestPause)
}

// claim begins an attempt unless another one is being made or has succeeded. Each process writes first and
// then reads: of two at once, the one that reads last sees the other, so that at most one goes on; when
// both see each other, both step back for a random moment.
func (j journal) claim(ctx context.Context, i item) (id string, ok bool, err error) {
	for range claims {
		all, err := j.attempts(ctx, i)
		if err != nil {
			return "", false, err
		}
		if _, due := standing(all, ""); !due {
			return "", false, nil
		}
		id = uuid.NewString()
		if err := j.record(ctx, i, id, sending, ""); err != nil {
			return "", false, err
		}
		if all, err = j.attempts(ctx, i); err != nil {
			return "", false, err // the lease ends by itself
		}
		if _, due := standing(all, id); due {
			return id, true, nil
		}
		if err := j.record(ctx, i, id, released, ""); err != nil {
			return "", false, err
		}
		if err := wait(ctx, rand.N(time.Second)); err != nil {
			return "", false, err
		}
	}
	return "", false, nil
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
