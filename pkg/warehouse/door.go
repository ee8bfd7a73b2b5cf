package warehouse

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// The door keeps two runs from publishing at once. It is a table that only one can make; behind it the
// staged tables get fixed names, since the source of REPLACE PARTITION cannot be a parameter.

const (
	// doorStale is how old a door must be to be taken for that of a run that was killed. Swapping and
	// reading back take seconds. A run that sleeps behind its door for longer finds its tables gone.
	doorStale = time.Minute
	// doorWait is how long a run waits for the door, doorKnock the longest pause between two tries: a
	// longer one could end the wait before the door is found to be stale, or be free.
	doorWait  = 3 * time.Minute
	doorKnock = 2 * time.Second
)

// Open waits until no other run publishes, and keeps others out until Close.
func (w *Warehouse) Open(ctx context.Context, s *ledger.Staging) error {
	lock := func() (struct{}, error) {
		err := w.exec(ctx, "rollups/open_door", nil)
		if isCode(err, codeTableExists) {
			return struct{}{}, errors.Join(err, w.closeStale(ctx))
		}
		if err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		return struct{}{}, nil
	}
	pauses := backoff.NewExponentialBackOff()
	pauses.MaxInterval = doorKnock
	if _, err := backoff.Retry(ctx, lock, backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(doorWait)); err != nil {
		return err
	}
	if err := w.rename(ctx, s); err != nil {
		return errors.Join(err, w.Close(context.WithoutCancel(ctx)))
	}
	return nil
}

// rename gives the staged tables their fixed names; what a killed run has left there goes.
func (w *Warehouse) rename(ctx context.Context, s *ledger.Staging) error {
	for _, t := range Published {
		if err := w.execAll(ctx, params{"staging": stagingTable(s, t)}, "rollups/close_door_"+t, "rollups/open_door_"+t); err != nil {
			return err
		}
	}
	return nil
}

// closeStale closes a door whose run was killed.
func (w *Warehouse) closeStale(ctx context.Context) error {
	stale, err := w.count(ctx, "rollups/stale_door", params{"seconds": strconv.Itoa(int(doorStale.Seconds()))})
	if err != nil || stale == 0 {
		return err
	}
	return w.Close(ctx)
}

// Publish swaps each daily table's partition for the staged one; the door must be open. Readers see
// the old day or the new one. When a swap fails, tables before it are published and the day must be
// run again.
func (w *Warehouse) Publish(ctx context.Context, s *ledger.Staging) error {
	for _, t := range Published {
		statement := "rollups/publish_" + t
		if s.Sums[t].Rows == 0 {
			statement = "rollups/publish_empty_" + t
		}
		if err := w.exec(ctx, statement, ofDay(s.Day, params{})); err != nil {
			return err
		}
	}
	return nil
}

// Close lets the next run in. The lock goes last.
func (w *Warehouse) Close(ctx context.Context) error {
	for _, t := range slices.Backward(Published) {
		if err := w.exec(ctx, "rollups/close_door_"+t, nil); err != nil {
			return err
		}
	}
	return w.exec(ctx, "rollups/close_door", nil)
}
