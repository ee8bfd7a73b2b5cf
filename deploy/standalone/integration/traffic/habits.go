package traffic

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// Habits are the sites that WithHabits adds to a day. At the first the beacon is in use for IPv4, though for
// not one address less, and not for IPv6; at the others it is not: one address is missing, or one too many.
const (
	InUse   = "in-use"
	TooFew  = "too-few"
	TooMany = "too-many"
)

// numbers are those of the rules in force.
type numbers struct {
	fast           int
	within         time.Duration
	silent         int
	common, logged int // addresses that log and beacon, and that the log must have
}

// visitors of WithHabits who do by one view, address or millisecond as much as a program, or less; their
// addresses end in these numbers.
const (
	firstVisitor = 200 + iota
	Fast
	FastEnough // by a millisecond no longer
	NotManyEnough
	AcrossMidnight
	TwoAgents
	SentTwice
	SeenTwice // by log and beacon: half as many views
	SeenTwiceAndFast
	NoAgent
	Silent
	NotSilentEnough
	HeardOnce
	PingedOnce
	SilentAcrossMidnight
	visitors
)

// WithHabits adds sites with visitors on both sides of the numbers by which what they do in a day tells a
// program. What they do is the same at each site.
func (d *Day) WithHabits(seed uint64) error {
	r, err := rules.Read(rules.Config{})
	if err != nil {
		return err
	}
	var n numbers
	var percent int
	n.fast, n.within = r.Rate()
	n.silent, n.common, percent = r.LogWithoutBeacon()
	n.logged = n.common * 100 / percent
	m := &maker{rand.New(rand.NewPCG(seed, 11)), d.Day, ""}
	prefix := d.Sites[0]
	for _, site := range []struct {
		name                   string
		commonMore, loggedMore int
	}{{InUse, 0, 0}, {TooFew, -1, 0}, {TooMany, 0, 1}} {
		m.site = prefix + "-" + site.name
		d.Sites = append(d.Sites, m.site)
		here := n
		here.common, here.logged = n.common+site.commonMore, n.logged+site.loggedMore
		d.Events = append(d.Events, m.crowd(here)...)
	}
	m.Shuffle(len(d.Events), func(i, j int) { d.Events[i], d.Events[j] = d.Events[j], d.Events[i] })
	return nil
}

// crowd makes the visitors of one site, and as many others as are missing.
func (m *maker) crowd(n numbers) (all []event.Event) {
	logged, common := map[netip.Addr]bool{}, map[netip.Addr]bool{}
	for visitor := firstVisitor + 1; visitor < visitors; visitor++ {
		doings := m.doings(byte(visitor), n)
		custom := doings[len(doings)/2]
		custom.ID, custom.Kind, custom.Name, custom.Witness = m.id(custom.Time), event.Custom, "done", event.API
		all = append(append(all, doings...), custom)
	}
	for _, e := range all {
		if e.Kind != event.Pageview || e.Time.Before(m.day.Start()) {
			continue
		}
		switch e.Witness {
		case event.LogLine:
			logged[e.Address] = true
		case event.Beacon:
			common[e.Address] = true
		}
	}
	for i := range n.logged - len(logged) {
		who := m.reader(1, byte(i+1))
		line := m.at(who, m.hour(), "/")
		all = append(all, line)
		if len(common) < n.common {
			common[who.Address] = true
			line.ID, line.Witness = m.id(line.Time), event.Beacon
			all = append(all, line)
		}
	}
	for i := range n.common - 1 { // of IPv6 one address too few, and one who is silent
		who := m.reader(6, byte(i+1))
		all = append(all, m.seenTwice(who, m.hour(), 1, 0)...)
	}
	return append(all, m.run(m.reader(6, Silent), m.day.Start(), n.silent, 20*time.Hour)...)
}
