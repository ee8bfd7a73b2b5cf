package warehouse

import (
	"context"
	"errors"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Rules decide what a day's computation says of views beyond what was recorded.
type Rules interface {
	// Channel is the way that a visit came by.
	Channel(referrerHost, pageHost, utmSource, utmMedium string, anyUTM bool) string
	// BotReasons are the signs of a bot in a user-agent, as bits out of Decided, which stand in the place
	// of those bits that an event was recorded with.
	BotReasons(userAgent string) uint64
	Decided() uint64
	// Rate and LogWithoutBeacon tell a program by all views of a visitor on a day; of 0 views, none.
	Rate() (views int, within time.Duration)
	LogWithoutBeacon() (views, commonAddresses, commonPercent int)
	// Reasons says bits in words.
	Reasons(bits uint64) []string
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

// findBots tells which user-agents show signs of a bot.
func (s *stage) findBots(ctx context.Context) error {
	b := &lazyBatch{warehouse: s.Warehouse, name: "rollups/insert_bots", params: s.params}
	defer b.close()
	err := s.query(ctx, "rollups/seen_agents", s.params, func(r driver.Rows) error {
		var agent string
		if err := r.Scan(&agent); err != nil {
			return err
		}
		if bits := s.Rules.BotReasons(agent); bits != 0 {
			return b.append(ctx, agent, bits)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.send()
}

// reasons are the signs of a bot in a view, in words: those that were recorded, and those of its
// user-agent by the rules of now.
func (w *Warehouse) reasons(recorded uint64, agent string) []string {
	return w.Rules.Reasons(recorded&^w.Rules.Decided() | w.Rules.BotReasons(agent))
}
