// Package sites knows which sites are counted, and how: the sites file.
//
// Without a file every well-formed site key is taken, with the default settings. With a file only
// the listed ones are; the file is read again when it changes, and a file that cannot be read or
// is wrong leaves the last good list in force, with the error in the log and in a metric.
package sites

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Site is one entry of the sites file.
type Site struct {
	Key string
	// Zone is the time zone whose midnights bound the site's days.
	Zone *time.Location
	// Hosts are the host names whose pages are counted; "*.x" allows every name below x, and an
	// empty list allows all.
	Hosts []string
	// Privacy is what happens to client addresses before Kafka.
	Privacy event.AddressMode
	// Witnesses says whose views count, once those that two witnesses saw are one.
	Witnesses Witnesses
	// Retention is how many days raw rows are to be kept; 0 keeps them. It is read and checked, but
	// nothing drops rows by it yet.
	Retention int
}

// Witnesses says whose views a site counts.
type Witnesses string

const (
	// AllWitnesses counts every view, whoever saw it.
	AllWitnesses Witnesses = ""
	// OnlyLog counts what the web server's log saw.
	OnlyLog Witnesses = "log"
	// OnlyBeacon counts what the browser, or a server of the site's own, has sent.
	OnlyBeacon Witnesses = "beacon"
)

// Allows reports whether pages of this host are counted. An unknown host ("") is: log lines often
// do not name one.
func (s Site) Allows(host string) bool {
	return host == "" || len(s.Hosts) == 0 || slices.ContainsFunc(s.Hosts, func(h string) bool {
		suffix, wild := strings.CutPrefix(h, "*")
		return h == host || wild && strings.HasSuffix(host, suffix)
	})
}

// Directory answers what is known of a site key. It is safe for concurrent use.
type Directory struct {
	list atomic.Pointer[list]
}

type list struct {
	open     bool
	defaults Site
	byKey    map[string]Site
}

// Open makes a directory that takes every well-formed key, with days in the given zone.
func Open(zone *time.Location) *Directory {
	d := &Directory{}
	d.list.Store(&list{open: true, defaults: Site{Zone: zone, Privacy: event.Full}})
	return d
}

// Of makes a directory of exactly these sites.
func Of(sites ...Site) *Directory {
	d := &Directory{}
	d.set(sites)
	return d
}

func (d *Directory) set(sites []Site) {
	l := &list{byKey: make(map[string]Site, len(sites))}
	for _, s := range sites {
		l.byKey[s.Key] = s
	}
	d.list.Store(l)
}

// Lookup finds a site; false means that its events are not counted here.
func (d *Directory) Lookup(key string) (Site, bool) {
	l := d.list.Load()
	if !l.open {
		s, ok := l.byKey[key]
		return s, ok
	}
	if event.CheckSite(key) != nil {
		return Site{}, false
	}
	s := l.defaults
	s.Key = key
	return s, true
}

// Zone is a time zone with its sites: what one daily run covers.
type Zone struct {
	Location *time.Location
	// Sites are the keys of the zone's sites; with All set the zone has every site that there is.
	Sites []string
	All   bool
	// OnlyLog and OnlyBeacon are the keys of those sites that do not count every witness.
	OnlyLog, OnlyBeacon []string
}

// Zones lists the zones, in the order of their names.
func (d *Directory) Zones() []Zone {
	l := d.list.Load()
	if l.open {
		return []Zone{{Location: l.defaults.Zone, All: true}}
	}
	byName := map[string]*Zone{}
	for _, s := range l.byKey {
		z := byName[s.Zone.String()]
		if z == nil {
			z = &Zone{Location: s.Zone}
			byName[s.Zone.String()] = z
		}
		z.Sites = append(z.Sites, s.Key)
		switch s.Witnesses {
		case OnlyLog:
			z.OnlyLog = append(z.OnlyLog, s.Key)
		case OnlyBeacon:
			z.OnlyBeacon = append(z.OnlyBeacon, s.Key)
		}
	}
	zones := make([]Zone, 0, len(byName))
	for _, z := range byName {
		for _, keys := range [][]string{z.Sites, z.OnlyLog, z.OnlyBeacon} {
			slices.Sort(keys)
		}
		zones = append(zones, *z)
	}
	slices.SortFunc(zones, func(a, b Zone) int { return cmp.Compare(a.Location.String(), b.Location.String()) })
	return zones
}

// IsOpen reports whether every well-formed key is taken.
func (d *Directory) IsOpen() bool { return d.list.Load().open }
