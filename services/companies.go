package services

import (
	"github.com/footfall-analytics/footfall/pkg/dashboard/companies"
	"github.com/footfall-analytics/footfall/pkg/enrich/networks"
)

// readNetworks reads a list for the dashboard as collectors read it.
func readNetworks(path string, content []byte) companies.List {
	list := networks.ReadList(path, content)
	l := companies.List{Separator: list.Separator, Faults: remarks(list.Faults), Notes: remarks(list.Notes())}
	for _, e := range list.Entries {
		l.Entries = append(l.Entries, companies.Entry{Line: e.Line, Network: e.Network, Organisation: e.Organisation, Class: e.Class})
	}
	return l
}

func remarks(from []networks.Remark) (to []companies.Remark) {
	for _, r := range from {
		to = append(to, companies.Remark{Line: r.Line, Text: r.Text})
	}
	return to
}
