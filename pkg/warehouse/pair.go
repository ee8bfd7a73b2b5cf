package warehouse

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/witness"
)

// suspects are the views of one address, as arrays.
type suspects struct {
	site                                       string
	ip                                         net.IP
	agent, high, low, source, network, request []uint64
	start, engaged                             []int64
	path                                       []string
	bot                                        []bool
	evidence                                   []int8
}

// Evidence, as the arrays hold it.
const (
	both    int8 = 1
	logOnly int8 = 3
)

// pairSuspects makes one view of what two witnesses saw, at the addresses of a bucket where that may be,
// and tells how many addresses there are. It holds the views of those addresses.
func (s *stage) pairSuspects(ctx context.Context, p params) (addresses int, err error) {
	bucket, err := strconv.ParseUint(p["bucket"], 10, 16)
	if err != nil {
		return 0, fmt.Errorf("pair views of bucket: %w", err)
	}
	views := &lazyBatch{warehouse: s.Warehouse, name: "rollups/insert_paired", params: p}
	pairs := &lazyBatch{warehouse: s.Warehouse, name: "rollups/insert_view_pairs", params: p}
	defer views.close()
	defer pairs.close()
	err = s.query(ctx, "rollups/suspects", p, func(r driver.Rows) error {
		var a suspects
		if err := r.Scan(&a.site, &a.ip, &a.agent, &a.start, &a.high, &a.low, &a.path, &a.bot, &a.engaged, &a.evidence, &a.source, &a.network, &a.request); err != nil {
			return err
		}
		addresses++
		err := a.pair(s.counts(a.site), func(log, other uuid.UUID, start, end int64, bot bool) error {
			at := time.UnixMilli(start).UTC()
			if day := s.staging.Day; end < day.Start().UnixMilli() || !at.Before(day.End()) {
				return nil // it stands with the days that either witness saw it on
			}
			atomic.AddUint64(&s.staging.Pairs, 1)
			return pairs.append(ctx, s.staging.Day.Date.UTC(), s.staging.Day.Zone.String(), a.site, other, log, at, bot, uint16(ledger.DefinitionVersion))
		})
		if err != nil || len(a.evidence) == 0 {
			return err
		}
		return views.append(ctx, uint16(bucket), a.site, a.ip, a.agent, a.start, a.high, a.low, a.path, a.bot, a.engaged, a.evidence, a.source, a.network)
	})
	if err != nil {
		return 0, err
	}
	if err := views.send(); err != nil {
		return 0, err
	}
	return addresses, pairs.send()
}

// counts says whose views a site counts.
func (s *stage) counts(site string) func(evidence int8) bool {
	onlyLog, onlyBeacon := slices.Contains(s.selection.OnlyLog, site), slices.Contains(s.selection.OnlyBeacon, site)
	return func(evidence int8) bool {
		return (!onlyLog || evidence == both || evidence == logOnly) && (!onlyBeacon || evidence != logOnly)
	}
}

// pair keeps of each pair what its other witness says, from the earlier of both on.
func (a *suspects) pair(counts func(evidence int8) bool, found func(log, other uuid.UUID, start, end int64, bot bool) error) error {
	var views []witness.View
	var places []int
	for i, e := range a.evidence {
		if e == both {
			continue
		}
		id := a.id(i)
		views = append(views, witness.View{ID: [16]byte(id), Start: a.start[i], Agent: a.agent[i], Path: a.path[i], Request: a.request[i], Log: e == logOnly})
		places = append(places, i)
	}
	gone := make([]bool, len(a.evidence))
	for _, p := range witness.Pairs(views) {
		log, other := places[p.Log], places[p.Other]
		end := max(a.start[other], a.start[log])
		a.start[other] = min(a.start[other], a.start[log])
		a.bot[other] = a.bot[other] || a.bot[log]
		a.engaged[other] = max(a.engaged[other], a.engaged[log])
		a.evidence[other] = both
		gone[log] = true
		if err := found(a.id(log), a.id(other), a.start[other], end, a.bot[other]); err != nil {
			return err
		}
	}
	for i, e := range a.evidence {
		gone[i] = gone[i] || !counts(e)
	}
	a.agent, a.high, a.low, a.source, a.network = keep(a.agent, gone), keep(a.high, gone), keep(a.low, gone), keep(a.source, gone), keep(a.network, gone)
	a.start, a.engaged, a.path, a.bot, a.evidence = keep(a.start, gone), keep(a.engaged, gone), keep(a.path, gone), keep(a.bot, gone), keep(a.evidence, gone)
	return nil
}

func (a *suspects) id(i int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], a.high[i])
	binary.BigEndian.PutUint64(id[8:], a.low[i])
	return id
}

// keep leaves out what is gone.
func keep[T any](all []T, gone []bool) []T {
	kept := all[:0]
	for i, v := range all {
		if !gone[i] {
			kept = append(kept, v)
		}
	}
	return kept
}

// lazyBatch is an insert that begins with its first row.
type lazyBatch struct {
	warehouse *Warehouse
	name      string
	params    params
	batch     driver.Batch
}

func (b *lazyBatch) append(ctx context.Context, row ...any) error {
	if b.batch == nil {
		var err error
		if b.batch, err = b.warehouse.prepare(withParams(ctx, b.params), insertSettings, b.name); err != nil {
			return err
		}
	}
	if err := b.batch.Append(row...); err != nil || b.batch.Rows() < rowsAtOnce {
		return err
	}
	err := b.send()
	b.batch = nil
	return err
}

func (b *lazyBatch) send() error {
	if b.batch == nil {
		return nil
	}
	return send(b.batch, b.name)
}

func (b *lazyBatch) close() {
	if b.batch != nil {
		b.batch.Close()
	}
}
