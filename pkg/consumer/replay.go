package consumer

import (
	"context"
	"fmt"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Graveyard is where dead letters are.
type Graveyard interface {
	// DeadLetters are those that were not replayed, at most limit behind the given one.
	DeadLetters(ctx context.Context, after event.Dead, limit int) ([]event.Dead, error)
	MarkReplayed(ctx context.Context, letters []event.Dead, at time.Time) error
}

// Publisher writes events to the stream; nil means that they are there for good.
type Publisher interface {
	Publish(ctx context.Context, events []event.Event) error
}

// Replayed says what a replay has done.
type Replayed struct {
	Published int            // events that are in the stream again, with their own ids
	Remaining map[string]int // dead letters that still are none, by reason
}

// replayAtOnce is how many dead letters are looked at together.
const replayAtOnce = 500

// Replay decodes the dead letters again, publishes those that are events by now and marks them. An event
// keeps its id: one that is published twice, because the replay broke off before the mark, counts once.
func Replay(ctx context.Context, graveyard Graveyard, decode Decoder, publisher Publisher, dryRun bool) (Replayed, error) {
	done := Replayed{Remaining: map[string]int{}}
	var after event.Dead
	for {
		letters, err := graveyard.DeadLetters(ctx, after, replayAtOnce)
		if err != nil || len(letters) == 0 {
			return done, err
		}
		after = letters[len(letters)-1]
		events, alive := revive(letters, decode, done.Remaining)
		if len(events) == 0 {
			continue
		}
		if !dryRun {
			if err := publisher.Publish(ctx, events); err != nil {
				return done, fmt.Errorf("publish %d dead letters: %w", len(events), err)
			}
			if err := graveyard.MarkReplayed(ctx, alive, time.Now()); err != nil {
				return done, fmt.Errorf("mark %d dead letters as published: %w", len(alive), err)
			}
		}
		done.Published += len(events)
	}
}

// revive decodes dead letters, and counts those that stay dead.
func revive(letters []event.Dead, decode Decoder, remaining map[string]int) (events []event.Event, alive []event.Dead) {
	for _, d := range letters {
		e, err := decode(event.Record{Partition: d.Partition, Offset: d.Offset, Time: d.Time, Version: d.Version, Value: d.Value})
		if err == nil {
			err = e.Validate()
		}
		if err != nil {
			remaining[string(reasonOf(err))]++
			continue
		}
		events, alive = append(events, e), append(alive, d)
	}
	return events, alive
}
