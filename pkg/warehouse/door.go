package warehouse

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/cenkalti/backoff/v5"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// The door keeps two runs from publishing at once. It is a table that only one can make; behind it the
// staged tables get fixed names, since the source of REPLACE PARTITION cannot be a parameter.

const (
	// doorStale is how long a run must see the same door to take it for that of a run that was killed: no
	// clock but its own tells it, since the engine keeps no time of a table. Swapping and reading back
	// take seconds. A run that sleeps behind its door for longer finds its tables gone.
	doorStale = time.Minute
	// doorWait is how long a run waits for the door, doorKnock the longest pause between two tries: a
	// longer one could end the wait before the door is found to be stale, or to be free.
	doorWait  = 3 * time.Minute
	doorKnock = 2 * time.Second
)

// door is one that a run has found closed.
type door struct {
	paths string // where its data would be: no other door has them
	since time.Time
}

// Open waits until no other run publishes, and keeps others out until Close.
func (w *Warehouse) Open(ctx context.Context, s *ledger.Staging) error {
	var other door
	lock := func() (struct{}, error) {
		err := w.exec(ctx, "rollups/open_door", nil)
		if isCode(err, codeTableExists) {
			return struct{}{}, errors.Join(err, w.closeStale(ctx, &other))
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
	for _, t := range swapped {
		if err := w.execAll(ctx, params{"staging": stagingTable(s, t)}, "rollups/close_door_"+t, "rollups/open_door_"+t); err != nil {
			return err
		}
	}
	return nil
}

// closeStale closes the door that stands when it is the one seen for so long that its run was killed.
func (w *Warehouse) closeStale(ctx context.Context, seen *door) error {
	var paths string
	if err := w.query(ctx, "rollups/door", nil, func(r driver.Rows) error { return r.Scan(&paths) }); err != nil {
		return err
	}
	switch {
	case paths != seen.paths:
		*seen = door{paths, time.Now()}
		return nil
	case paths == "" || time.Since(seen.since) < doorStale:
		return nil
	}
	return w.Close(ctx)
}

// Publish swaps each daily table's partition for the staged one; the door must be open. Readers see
// the old day or the new one. When a swap fails, tables before it are published and the day must be
// run again.
func (w *Warehouse) Publish(ctx context.Context, s *ledger.Staging) error {
	for _, t := range swapped {
		statement := "rollups/publish_" + t
		if stagedRows(s, t) == 0 {
			statement = "rollups/publish_empty_" + t
		}
		if err := w.exec(ctx, statement, ofDay(s.Day, params{})); err != nil {
			return err
		}
	}
	return nil
}

func stagedRows(s *ledger.Staging, table string) uint64 {
	if table == pairsTable {
		return s.Pairs
	}
	return s.Sums[table].Rows
}

// Close lets the next run in. The lock goes last.
func (w *Warehouse) Close(ctx context.Context) error {
	for _, t := range slices.Backward(swapped) {
		if err := w.exec(ctx, "rollups/close_door_"+t, nil); err != nil {
			return err
		}
	}
	return w.exec(ctx, "rollups/close_door", nil)
}
