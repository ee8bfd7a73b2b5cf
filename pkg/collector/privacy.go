package collector

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// privacy applies a site's mode to an address before the event leaves the collector.
type privacy struct {
	secret []byte
	once   sync.Once
	warn   func()
}

// newPrivacy takes the secret of mode 'keyed'. Without one a random secret serves until the process
// ends: the addresses of one day then fall apart at a restart and between collectors.
func newPrivacy(secret []byte, log *slog.Logger) *privacy {
	p := &privacy{secret: secret, warn: func() {}}
	if len(secret) == 0 {
		p.secret = make([]byte, sha256.Size)
		rand.Read(p.secret)
		p.warn = func() {
			log.Warn("a site has privacy mode keyed, but address-key is not set: a random key is used until this process ends")
		}
	}
	return p
}

// apply changes e's address by the site's mode and marks the mode.
func (p *privacy) apply(e *event.Event, s sites.Site) {
	e.AddressMode = s.Privacy
	switch s.Privacy {
	case event.Truncated:
		e.Address = truncated(e.Address)
	case event.Keyed:
		p.once.Do(p.warn)
		e.Address = p.keyed(e.Address, s, e.Time)
	}
}

// truncated keeps the network: /24 of IPv4, /48 of IPv6.
func truncated(a netip.Addr) netip.Addr {
	bits := 48
	if a.Is4() {
		bits = 24
	}
	network, err := a.Prefix(bits)
	if err != nil { // only for the invalid address, which Validate refuses
		return a
	}
	return network.Addr()
}

// keyed maps an address to a pseudonym that is stable for one site and one of its local days, and
// cannot be linked to another site's or another day's without the secret:
//
//	daily key  = HMAC-SHA256(secret, "footfall address " + local day)
//	pseudonym  = fd, then the first 15 bytes of HMAC-SHA256(daily key, site + NUL + 16 address bytes)
//
// fd00::/8 is IPv6's range of locally assigned addresses, so a pseudonym fits every address column
// and is never somebody's address on the internet. The day is that of the event in the site's zone,
// which is how days are counted; an event that is sent again gets the same pseudonym.
func (p *privacy) keyed(a netip.Addr, s sites.Site, at time.Time) netip.Addr {
	daily := hmac.New(sha256.New, p.secret)
	daily.Write(at.In(s.Zone).AppendFormat([]byte("footfall address "), time.DateOnly))

	mac := hmac.New(sha256.New, daily.Sum(nil))
	mac.Write(append([]byte(s.Key), 0))
	address := a.As16()
	mac.Write(address[:])

	var pseudonym [16]byte
	copy(pseudonym[1:], mac.Sum(nil))
	pseudonym[0] = 0xfd
	return netip.AddrFrom16(pseudonym)
}
