package event

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind says what an event reports.
type Kind uint8

// The kinds; the numbers are stored and never change.
const (
	Pageview   Kind = 1
	Engagement Kind = 2
	Custom     Kind = 3
)

// Witness says who saw an event.
type Witness uint8

// The witnesses; the numbers are stored and never change.
const (
	Beacon  Witness = 1 // JavaScript in the page
	Pixel   Witness = 2 // the no-script image
	LogLine Witness = 3 // the web server's access log
	API     Witness = 4 // a server with a token
)

// AddressMode says what was done to an address before it left the collector.
type AddressMode uint8

// The privacy modes; the numbers are stored and never change.
const (
	Full      AddressMode = 1
	Truncated AddressMode = 2 // to /24 or /48
	Keyed     AddressMode = 3 // a keyed hash that changes daily
)

var (
	kinds     = map[string]Kind{"pageview": Pageview, "engagement": Engagement, "custom": Custom}
	witnesses = map[string]Witness{"beacon": Beacon, "pixel": Pixel, "log": LogLine, "api": API}
	modes     = map[string]AddressMode{"full": Full, "truncated": Truncated, "keyed": Keyed}
)

// ParseKind reads a kind's name.
func ParseKind(s string) (Kind, error) { return parse(kinds, "type", s) }

// ParseWitness reads a witness's name.
func ParseWitness(s string) (Witness, error) { return parse(witnesses, "witness", s) }

// ParseAddressMode reads a privacy mode's name.
func ParseAddressMode(s string) (AddressMode, error) { return parse(modes, "privacy", s) }

func (k Kind) String() string        { return name(kinds, k) }
func (w Witness) String() string     { return name(witnesses, w) }
func (m AddressMode) String() string { return name(modes, m) }

func parse[T ~uint8](known map[string]T, field, s string) (T, error) {
	if v, ok := known[s]; ok {
		return v, nil
	}
	names := strings.Join(slices.Sorted(maps.Keys(known)), ", ")
	if s == "" {
		return 0, invalid(field, s, ReasonMissing, "is required: one of "+names)
	}
	return 0, invalid(field, s, ReasonUnknownValue, "must be one of "+names)
}

func name[T ~uint8](known map[string]T, v T) string {
	for s, k := range known {
		if k == v {
			return s
		}
	}
	return fmt.Sprintf("unknown(%d)", v)
}
