// Package networks tells from an address where it is and whose network it belongs to: country and city,
// number and organisation of the autonomous system, and the network's class.
//
// Everything comes from files, none of which must be there: MMDB files for countries, MMDB or CSV files
// for autonomous systems, rules for the classes, and the operator's own list of networks, which wins.
// A file that changes is read again; one that is damaged then leaves the last good one in force.
//
// Nothing here fails once the files are read: what is not known stays "" or 0.
package networks

import (
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Place is what is known of an address.
type Place struct {
	Country      string // ISO 3166-1 alpha-2
	City         string // English name
	ASN          uint32 // 0 when unknown, and for the operator's own networks, which are told by their addresses
	Organisation string
	Class        string // business, isp, hosting, vpn, education, government or ""
}

// table knows something about addresses. fill sets what it knows; tables are asked in order, and the
// later ones see what the earlier ones have set.
type table interface {
	fill(a netip.Addr, p *Place)
}

// Networks looks addresses up. It is safe for concurrent use.
type Networks struct {
	files   []*file
	log     *slog.Logger
	metrics metrics
	current atomic.Pointer[snapshot]
}

// snapshot is what the files said when they were last read.
type snapshot struct {
	tables []table
	rules  string
}

// New reads the files that the settings name; without any it knows nothing.
func New(cfg Config, log *slog.Logger, reg prometheus.Registerer) (*Networks, error) {
	files, err := cfg.read()
	if err != nil {
		return nil, err
	}
	n := &Networks{files: files, log: log, metrics: newMetrics(reg)}
	n.current.Store(snapshotOf(files))
	for _, f := range files {
		if f.table == nil {
			continue
		}
		log.Info("networks file read", "setting", f.setting, "path", f.path, "version", f.version)
	}
	return n, nil
}

func snapshotOf(files []*file) *snapshot {
	s := &snapshot{}
	versions := make([]string, 0, len(files))
	for _, f := range files {
		if f.table == nil {
			continue
		}
		s.tables = append(s.tables, f.table)
		versions = append(versions, f.setting+" "+f.version)
	}
	s.rules = strings.Join(versions, ", ")
	return s
}

// Apply sets what is known of e's address, and returns the versions of the files that were asked: "" if
// there are none, and for an event without an address.
func (n *Networks) Apply(e *event.Event) (rules string) {
	s := n.current.Load()
	if len(s.tables) == 0 || !e.Address.IsValid() {
		return ""
	}
	p := s.place(e.Address.Unmap())
	e.Enrich.Country, e.Enrich.City = p.Country, p.City
	e.Enrich.ASN, e.Enrich.Organisation, e.Enrich.NetworkClass = p.ASN, p.Organisation, p.Class
	return s.rules
}

func (s *snapshot) place(a netip.Addr) (p Place) {
	for _, t := range s.tables {
		t.fill(a, &p)
	}
	return p
}

// maxName is the longest name of a city or an organisation, in bytes; longer ones are cut.
const maxName = 128

// clean makes a name one that can be stored, in memory of its own.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\uFFFD' {
			return -1
		}
		return r
	}, strings.TrimSpace(name))
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "")
	}
	return strings.Clone(name)
}
