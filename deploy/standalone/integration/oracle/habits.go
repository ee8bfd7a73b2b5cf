package oracle

import (
	"encoding/json"
	"net/netip"
	"sync"

	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// habits are the numbers of bots.json by which a visitor's views of a day tell a program.
type habits struct {
	Rate struct {
		Views   int
		Seconds int64
	}
	Silent struct {
		Views     int
		Addresses int `json:"common_addresses"`
		Percent   int `json:"common_percent"`
	} `json:"log_without_beacon"`
}

var listed = sync.OnceValue(func() (h habits) {
	file, err := rules.Files.ReadFile("bots.json")
	if err != nil || json.Unmarshal(file, &h) != nil {
		return habits{} // by which every visitor is a bot, which no day agrees with
	}
	return h
})

// family is a site's IPv4 or IPv6 addresses.
type family struct {
	site string
	v4   bool
}

// beaconInUse tells where log and beacon have both seen people at enough common addresses on the day.
func beaconInUse(events []event.Event, day ledger.Day) map[family]bool {
	type sight struct{ log, beacon bool }
	seen := map[family]map[netip.Addr]sight{}
	for _, e := range events {
		if e.Kind != event.Pageview || isBot(e) || e.Time.Before(day.Start()) || !e.Time.Before(day.End()) {
			continue
		}
		f := family{e.Site, e.Address.Is4()}
		if seen[f] == nil {
			seen[f] = map[netip.Addr]sight{}
		}
		s := seen[f][e.Address]
		s.log, s.beacon = s.log || e.Witness == event.LogLine, s.beacon || e.Witness == event.Beacon
		seen[f][e.Address] = s
	}
	inUse := map[family]bool{}
	for f, addresses := range seen {
		common, logged := 0, 0
		for _, s := range addresses {
			if s.log {
				logged++
			}
			if s.log && s.beacon {
				common++
			}
		}
		inUse[f] = common >= listed().Silent.Addresses && common*100 >= logged*listed().Silent.Percent
	}
	return inUse
}

// markHabits marks the views of the day of one chain, when together they are a program's.
func markHabits(vs []view, day ledger.Day, mayBeSilent bool) {
	var today []*view
	for i := range vs {
		if !vs[i].start.Before(day.Start()) && vs[i].start.Before(day.End()) {
			today = append(today, &vs[i])
		}
	}
	if !tooFast(today) && (!mayBeSilent || !silent(today)) {
		return
	}
	for _, v := range today {
		v.bot = true
	}
}

// tooFast: some stretch of so many seconds has more views than a reader's. Without a user-agent nobody
// knows how many visitors they are.
func tooFast(vs []*view) bool {
	for i, first := range vs {
		n := 0
		for _, v := range vs[i:] {
			if v.start.Sub(first.start).Milliseconds() <= listed().Rate.Seconds*1000 {
				n++
			}
		}
		if n > listed().Rate.Views && first.agent != "" {
			return true
		}
	}
	return false
}

// silent: many views, and only the log knows of any.
func silent(vs []*view) bool {
	for _, v := range vs {
		if v.byOther || v.pinged {
			return false
		}
	}
	return len(vs) >= listed().Silent.Views
}
