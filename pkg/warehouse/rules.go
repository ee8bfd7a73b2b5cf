package warehouse

import (
	"context"
	"errors"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Rules decide what a day's computation says of views beyond what was recorded.
type Rules interface {
	// Channel is the way that a visit came by.
	Channel(referrerHost, pageHost, utmSource, utmMedium string, anyUTM bool) string
	// Version names the rules.
	Version() string
}

var errNoRules = errors.New("no rules for channels and bots are set")

// rowsAtOnce bounds the memory of an insert.
const rowsAtOnce = 100_000

// labelSources tells the texts behind the numbers of sources, and the channel of each.
func (s *stage) labelSources(ctx context.Context) error {
	b := &lazyBatch{warehouse: s.Warehouse, name: "rollups/insert_sources", params: s.params}
	defer b.close()
	err := s.query(ctx, "rollups/seen_sources", s.params, func(r driver.Rows) error {
		var number uint64
		var referrer, source, medium, name, host string
		var more bool
		if err := r.Scan(&number, &referrer, &source, &medium, &name, &more, &host); err != nil {
			return err
		}
		channel := s.Rules.Channel(referrer, host, source, medium, more || source != "" || medium != "" || name != "")
		return b.append(ctx, number, channel, referrer, source, medium, name)
	})
	if err != nil {
		return err
	}
	return b.send()
}
