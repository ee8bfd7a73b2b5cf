package warehouse

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"strconv"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

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
	both int8 = iota + 1
	otherOnly
	logOnly
)

// pairSuspects makes one view of what two witnesses saw, at the addresses of a bucket where that may be,
// and tells how many addresses there are. It holds the views of one address at a time.
func (s *stage) pairSuspects(ctx context.Context, p params) (addresses int, err error) {
	bucket, err := strconv.ParseUint(p["bucket"], 10, 16)
	if err != nil {
		return 0, fmt.Errorf("pair views of bucket: %w", err)
	}
	sql, err := statement("rollups/insert_paired")
	if err != nil {
		return 0, err
	}
	var batch driver.Batch
	err = s.query(ctx, "rollups/suspects", p, func(r driver.Rows) error {
		var a suspects
		if err := r.Scan(&a.site, &a.ip, &a.agent, &a.start, &a.high, &a.low, &a.path, &a.bot, &a.engaged, &a.evidence, &a.source, &a.network, &a.request); err != nil {
			return err
		}
		if batch == nil {
			inserting := clickhouse.Context(ctx, clickhouse.WithSettings(insertSettings), clickhouse.WithParameters(clickhouse.Parameters(p)))
			if batch, err = s.conn.PrepareBatch(inserting, sql); err != nil {
				return fmt.Errorf("prepare rollups/insert_paired: %w", err)
			}
		}
		addresses++
		a.pair()
		return batch.Append(uint16(bucket), a.site, a.ip, a.agent, a.start, a.high, a.low, a.path, a.bot, a.engaged, a.evidence, a.source, a.network)
	})
	if batch == nil {
		return 0, err
	}
	defer batch.Close()
	if err != nil {
		return 0, err
	}
	if err := batch.Send(); err != nil {
		return 0, fmt.Errorf("send rollups/insert_paired: %w", err)
	}
	return addresses, nil
}

// pair keeps of each pair what its other witness says, from the earlier of both on.
func (a *suspects) pair() {
	var views []witness.View
	var places []int
	for i, e := range a.evidence {
		if e == both {
			continue
		}
		v := witness.View{Start: a.start[i], Agent: a.agent[i], Path: a.path[i], Request: a.request[i], Log: e == logOnly}
		binary.BigEndian.PutUint64(v.ID[:8], a.high[i])
		binary.BigEndian.PutUint64(v.ID[8:], a.low[i])
		views, places = append(views, v), append(places, i)
	}
	gone := make([]bool, len(a.evidence))
	for _, p := range witness.Pairs(views) {
		log, other := places[p.Log], places[p.Other]
		a.start[other] = min(a.start[other], a.start[log])
		a.bot[other] = a.bot[other] || a.bot[log]
		a.engaged[other] = max(a.engaged[other], a.engaged[log])
		a.evidence[other] = both
		gone[log] = true
	}
	a.agent, a.high, a.low, a.source, a.network = keep(a.agent, gone), keep(a.high, gone), keep(a.low, gone), keep(a.source, gone), keep(a.network, gone)
	a.start, a.engaged, a.path, a.bot, a.evidence = keep(a.start, gone), keep(a.engaged, gone), keep(a.path, gone), keep(a.bot, gone), keep(a.evidence, gone)
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
