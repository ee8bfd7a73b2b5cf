package delivery

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

const (
	// lease is how long an attempt that was begun keeps others out.
	lease = 10 * time.Minute

	firstPause   = time.Minute
	longestPause = time.Hour

	// claims is how often two that see each other try again within a look.
	claims = 3

	maxDetail = 500
)

// How an attempt stands.
const (
	Sending  = "sending"
	Released = "released"
	Failed   = "failed"
	Sent     = "sent"
)

// Store keeps the attempts.
type Store interface {
	// Report runs schemas/reports/NAME.sql, Record schemas/external/NAME.sql.
	Report(ctx context.Context, name string, values map[string]string) (columns []string, rows [][]any, err error)
	Record(ctx context.Context, name string, values map[string]string) error
}

// Journal remembers what was sent.
type Journal struct {
	Store Store
	// Attempts names the report that lists an item's attempts, newest first: id, state, age in ms.
	Attempts string
	// Write names the statement that writes attempt_id, state and detail of an item.
	Write string
}

// Item is one message for one recipient: the parameters that name it in the statements.
type Item map[string]string

type attempt struct {
	id, state string
	age       time.Duration // since it came to stand like this
}

func (j Journal) attempts(ctx context.Context, i Item) ([]attempt, error) {
	_, rows, err := j.Store.Report(ctx, j.Attempts, i)
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

// Standing says whether an item was sent, and otherwise whether it is time for an attempt.
func (j Journal) Standing(ctx context.Context, i Item) (done, due bool, err error) {
	all, err := j.attempts(ctx, i)
	if err != nil {
		return false, false, err
	}
	done, due = standing(all, "")
	return done, due, nil
}

// Record writes how an attempt stands.
func (j Journal) Record(ctx context.Context, i Item, id, state, detail string) error {
	p := maps.Clone(map[string]string(i))
	p["attempt_id"], p["state"], p["detail"] = id, state, OneLine(detail, maxDetail)
	if err := j.Store.Record(ctx, j.Write, p); err != nil {
		return fmt.Errorf("write down that a message is %s: %w", state, err)
	}
	return nil
}

// RecordSent writes that a message was sent; it tries for as long as the lease keeps others out.
func (j Journal) RecordSent(ctx context.Context, i Item, id string) (err error) {
	for n := range 5 {
		if err = j.Record(ctx, i, id, Sent, ""); err == nil {
			return nil
		}
		if wait(ctx, time.Second<<n) != nil {
			break
		}
	}
	return err
}

// standing says whether an item was sent, and otherwise whether it is time for an attempt.
func standing(all []attempt, self string) (done, due bool) {
	failures, last := 0, time.Duration(0)
	due = true
	for _, a := range all {
		switch {
		case a.state == Sent:
			return true, false
		case a.state == Sending && a.id != self && a.age < lease:
			due = false
		case a.state == Failed:
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

// Claim begins an attempt unless another one is being made or has succeeded. Each process writes first and
// then reads: of two at once, the one that reads last sees the other, so that at most one goes on; when
// both see each other, both step back for a random moment.
func (j Journal) Claim(ctx context.Context, i Item) (id string, ok bool, err error) {
	for range claims {
		all, err := j.attempts(ctx, i)
		if err != nil {
			return "", false, err
		}
		if _, due := standing(all, ""); !due {
			return "", false, nil
		}
		id = uuid.NewString()
		if err := j.Record(ctx, i, id, Sending, ""); err != nil {
			return "", false, err
		}
		if all, err = j.attempts(ctx, i); err != nil {
			return "", false, err // the lease ends by itself
		}
		if _, due := standing(all, id); due {
			return id, true, nil
		}
		if err := j.Record(ctx, i, id, Released, ""); err != nil {
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
