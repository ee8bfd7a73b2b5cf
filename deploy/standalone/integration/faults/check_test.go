package faults

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
)

// check holds the invariants of the guarantees against the journal.
func (w *world) check() {
	w.t.Helper()
	stored := w.readStored()
	w.checkFates(stored)
	w.checkPlaces(stored)
	w.checkWatch(stored)
	w.command("consumer", "audit")
	w.checkPublished(stored)
	w.checkLogs()
	w.checkLevels()
}

// storedRows are the tables events and events_dead as they are, repeats included.
type storedRows struct {
	hashes map[uint64][]place // by the hash of the event's id
	times  map[uint64]time.Time
	at     map[place][]uint64
	dead   map[place]int
	ids    map[place]uint64 // what the topic holds
}

func (w *world) readStored() *storedRows {
	w.t.Helper()
	s := &storedRows{map[uint64][]place{}, map[uint64]time.Time{}, map[place][]uint64{}, map[place]int{}, map[place]uint64{}}
	for _, row := range rows(w.ask(w.database, "SELECT kafka_partition, kafka_offset, event_id, toUnixTimestamp64Milli(event_time) FROM events")) {
		at := place{int32(integer(w.t, row[0])), integer(w.t, row[1])}
		hash, err := strconv.ParseUint(row[2], 10, 64)
		w.must(err)
		s.hashes[hash] = append(s.hashes[hash], at)
		s.at[at] = append(s.at[at], hash)
		if when := time.UnixMilli(integer(w.t, row[3])).UTC(); s.times[hash].IsZero() || when.Before(s.times[hash]) {
			s.times[hash] = when
		}
	}
	for _, row := range rows(w.ask(w.database, "SELECT kafka_partition, kafka_offset FROM events_dead")) {
		s.dead[place{int32(integer(w.t, row[0])), integer(w.t, row[1])}]++
	}
	return s
}

// checkFates: every acknowledged id is stored, no rejected id is, and none that nobody sent.
func (w *world) checkFates(stored *storedRows) {
	w.t.Helper()
	known := w.journal.byHash()
	var lost, forbidden, strangers, moved []string
	for hash, e := range known {
		at, found := stored.hashes[hash]
		switch {
		case e.fate == acknowledged && !found && !w.excused[hash]:
			lost = append(lost, e.id.String())
		case (e.fate == rejected || e.fate == unsent) && found:
			forbidden = append(forbidden, fmt.Sprint(e.id, " at ", at))
		case found && !e.at.IsZero() && !stored.times[hash].Equal(e.at):
			moved = append(moved, fmt.Sprint(e.id, " from ", e.at, " to ", stored.times[hash]))
		}
	}
	for hash, at := range stored.hashes {
		if known[hash] == nil {
			strangers = append(strangers, fmt.Sprint(hash, " at ", at))
		}
	}
	if len(lost) > w.damaged {
		w.none("acknowledged events are not stored", lost)
	}
	w.none("rejected or unsent events are stored", forbidden)
	w.none("events of nobody are stored", strangers)
	w.none("events are stored with another time", moved)
	w.t.Logf("journal: %d acknowledged, %d rejected, %d unknown, %d never sent; %d ids stored",
		w.journal.count(acknowledged), w.journal.count(rejected), w.journal.count(unknown), w.journal.count(unsent), len(stored.hashes))
}

// checkPlaces: every record of the topic is stored once, or dead once, or repeats an event that is stored.
func (w *world) checkPlaces(stored *storedRows) {
	w.t.Helper()
	first, err := w.topic.first(partitions)
	w.must(err)
	ends, err := w.topic.ends(partitions)
	w.must(err)
	var holes, twice, wrong, beyond []string
	repeats, records := 0, w.topic.read(w.t, first, ends)
	for at, r := range records {
		id, ok := decode(r)
		if ok {
			stored.ids[at] = id
		}
		n := len(stored.at[at]) + stored.dead[at]
		switch {
		case n > 1:
			twice = append(twice, fmt.Sprint(at, " ", n, " times"))
		case n == 0 && ok && len(stored.hashes[id]) > 0:
			repeats++
		case n == 0:
			holes = append(holes, at.String())
		case !ok && stored.dead[at] == 0, ok && stored.dead[at] == 0 && stored.at[at][0] != id:
			wrong = append(wrong, at.String())
		case ok && stored.dead[at] > 0 && !w.strange[at]:
			wrong = append(wrong, at.String()+" is dead")
		}
	}
	for at := range stored.at {
		if at.offset >= ends[at.partition] || at.offset >= first[at.partition] && records[at] == nil {
			beyond = append(beyond, at.String())
		}
	}
	w.none("records are neither stored nor dead nor repeats", holes)
	w.none("records are stored more than once", twice)
	w.none("records are stored as something else", wrong)
	w.none("rows come from records that there are not", beyond)
	w.t.Logf("topic: %d records = %d events + %d dead + %d repeats", len(records), len(stored.at), len(stored.dead), repeats)
}

// decode gives the hash of a record's event, or false when it holds none.
func decode(r *kgo.Record) (hash uint64, ok bool) {
	record := event.Record{Value: r.Value}
	for _, h := range r.Headers {
		if h.Key == stream.HeaderVersion {
			record.Version = string(h.Value)
		}
	}
	e, err := stream.DecodeRecord(record)
	if err != nil || e.Validate() != nil {
		return 0, false
	}
	return xxhash.Sum64(e.ID[:]), true
}

// checkWatch: what was committed before it was stored can only be a repeat of something stored.
func (w *world) checkWatch(stored *storedRows) {
	w.t.Helper()
	v := w.watch
	v.mu.Lock()
	defer v.mu.Unlock()
	var ahead []string
	for at := range v.ahead {
		own := slices.Contains(stored.hashes[stored.ids[at]], at)
		if own || stored.dead[at] > 0 {
			ahead = append(ahead, at.String())
		}
	}
	w.none("offsets were committed before their records were stored", ahead)
	w.none("committed offsets", v.trouble)
	w.t.Logf("watch: %d looks at moved offsets", v.looks)
}

// none fails unless the list is empty.
func (w *world) none(what string, list []string) {
	w.t.Helper()
	if len(list) > 0 {
		slices.Sort(list)
		w.t.Errorf("%d %s: %s", len(list), what, strings.Join(list[:min(len(list), 10)], ", "))
	}
}
