package faults

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"
)

// watch looks at the committed offsets all the while: they never go back and never pass what is stored.
type watch struct {
	w    *world
	quit chan struct{}
	done sync.WaitGroup

	mu      sync.Mutex
	last    map[int32]int64
	looks   int
	ahead   map[place]bool // were committed before they were stored: must turn out to be repeats
	trouble []string
}

// lookEvery bounds what the watch costs.
const lookEvery = 100 * time.Millisecond

func startWatch(w *world) *watch {
	v := &watch{w: w, quit: make(chan struct{}), last: map[int32]int64{}, ahead: map[place]bool{}}
	v.done.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				v.look()
			case <-v.quit:
				return
			}
		}
	})
	return v
}

func (v *watch) stop() {
	select {
	case <-v.quit:
	default:
		close(v.quit)
	}
	v.done.Wait()
}

// look asks for the offsets first and for the rows after that. Where nobody answers, there is nothing
// to be seen.
func (v *watch) look() {
	committed, err := v.w.topic.committed(partitions)
	if err != nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	moved := false
	for p, offset := range committed {
		if was := v.last[p]; offset < was {
			v.trouble = append(v.trouble, fmt.Sprintf("the committed offset of partition %d went back from %d to %d", p, was, offset))
		}
		moved = moved || offset != v.last[p]
	}
	if !moved {
		return
	}
	missing, err := v.missing(committed)
	if err != nil {
		return
	}
	maps.Copy(v.ahead, missing)
	v.last = committed
	v.looks++
}

// missing lists the places since the last look that are committed and neither stored nor dead.
func (v *watch) missing(committed map[int32]int64) (map[place]bool, error) {
	var ranges []string
	missing := map[place]bool{}
	for p, to := range committed {
		if to == v.last[p] {
			continue
		}
		ranges = append(ranges, fmt.Sprintf("kafka_partition = %d AND kafka_offset >= %d AND kafka_offset < %d", p, v.last[p], to))
		for o := v.last[p]; o < to; o++ {
			missing[place{p, o}] = true
		}
	}
	where := " WHERE " + strings.Join(ranges, " OR ")
	answer, err := v.w.engine.ask(v.w.database, "SELECT kafka_partition, kafka_offset FROM events"+where+
		" UNION ALL SELECT kafka_partition, kafka_offset FROM events_dead"+where)
	if err != nil {
		return nil, err
	}
	for _, row := range rows(answer) {
		delete(missing, place{int32(integer(v.w.t, row[0])), integer(v.w.t, row[1])})
	}
	return missing, nil
}
