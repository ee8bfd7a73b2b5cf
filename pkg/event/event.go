// Package event holds the one type that every hop shares: what a witness saw of one page view.
//
// An Event is immutable once the collector has accepted it. Producers (beacon, shipper, servers)
// fill the fields that they know; the collector fills identity, time and address; Validate is the
// same code on both sides of Kafka, so that what was acknowledged can always be stored.
//
// All durations are integer milliseconds. All instants are UTC with millisecond precision.
package event

import (
	"net/netip"
	"time"
)

// Event is one immutable record. Zero values mean "not known" unless a field says otherwise.
type Event struct {
	ID     ID     // globally unique; repeats of one ID are the same event
	ViewID ID     // the page view that this event belongs to; unique within a site
	Site   string // site key
	Kind   Kind
	// Witness is who saw it.
	Witness Witness
	// Time is when it happened; Received is when the collector took it.
	Time, Received time.Time

	Address     netip.Addr  // client address after the privacy mode; never v4-in-v6
	AddressMode AddressMode // the privacy mode that was applied to Address
	UserAgent   string

	Host  string // lower-case host of the page, "" when the witness does not know it
	Path  string // path of the page as sent, with a leading slash; a hash route follows behind '#'
	Query string // query string without its '?'

	Title     string
	Referrer  string // absolute http(s) URL or ""
	RequestID string // the web server's id of the request that delivered the page
	Language  string // first tag of Accept-Language
	Campaign  Campaign

	// Engaged is the cumulative engaged time of the view in ms; meaningful in engagement events.
	Engaged int64
	// Age is how long before sending the event happened, as declared by the client, in ms.
	Age    int64
	Scroll uint8  // furthest scroll depth, percent of the page
	Screen uint16 // viewport width in CSS pixels

	Name  string // name of a custom event
	Props map[string]string

	Log    Log
	Hints  Hints
	Enrich Enrichment
}

// Campaign holds the utm_* fields.
type Campaign struct{ Source, Medium, Name, Term, Content string }

// Log holds what only a web server's log line tells.
type Log struct {
	Method      string
	Status      uint16
	Bytes       uint64
	ContentType string
	Duration    uint32 // request time in ms
}

// Hints holds the client hints that browsers send by themselves.
type Hints struct{ Brands, Platform, Mobile string }

// Enrichment is derived from address and user-agent before the privacy mode is applied.
type Enrichment struct {
	Country      string // ISO 3166-1 alpha-2
	City         string
	ASN          uint32
	Organisation string
	NetworkClass string
	Browser      string
	OS           string
	Device       string
	BotReasons   uint64 // bit set; 0 means no sign of a bot
	Rules        string // versions of the databases and rule files used
}
