package traffic

import (
	"math/rand/v2"
	"net/netip"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// reader is somebody who visits the site of TwoWeeks.
type reader struct {
	address netip.Addr
	agent   string
	enrich  event.Enrichment
	from    int     // day of the first visit
	often   float64 // chance of a visit per day
	blocks  bool    // the script: only the log sees this reader
	noLog   bool    // pages come from a cache: only the beacon does
}

// networks that read, with how many of their readers.
var networks = []struct {
	readers int
	of      event.Enrichment
}{
	{6, event.Enrichment{Country: "AT", City: "Wien", ASN: 64496, Organisation: "Alpine Telecom", NetworkClass: "isp"}},
	{5, event.Enrichment{Country: "DE", City: "Köln", ASN: 64497, Organisation: "Rhine Cable", NetworkClass: "isp"}},
	{3, event.Enrichment{Country: "US", City: "Springfield", ASN: 64498, Organisation: "Prairie Broadband", NetworkClass: "isp"}},
	{3, event.Enrichment{Country: "AT", City: "Linz", ASN: 64500, Organisation: "Donau Werke", NetworkClass: "business"}},
	{2, event.Enrichment{Country: "DE", ASN: 64501, Organisation: "Nordlicht Versand", NetworkClass: "business"}},
	{2, event.Enrichment{Country: "CH", City: "Zürich", ASN: 64502, Organisation: "Helvetia Apparate", NetworkClass: "business"}},
	{2, event.Enrichment{Country: "GB", City: "Reading", ASN: 64503, Organisation: "Thames University", NetworkClass: "education"}},
	{1, event.Enrichment{}},
}

var devices = []event.Enrichment{
	{Browser: "Firefox", OS: "Linux", Device: "desktop"},
	{Browser: "Chrome", OS: "Windows", Device: "desktop"},
	{Browser: "Chrome", OS: "Android", Device: "phone"},
	{Browser: "Safari", OS: "iOS", Device: "phone"},
	{Browser: "Safari", OS: "macOS", Device: "desktop"},
}

// newReaders makes the readers of all networks, and one bot.
func newReaders(r *rand.Rand) (all []reader) {
	for n, network := range networks {
		for i := range network.readers {
			device := devices[r.IntN(len(devices))]
			e := network.of
			e.Browser, e.OS, e.Device = device.Browser, device.OS, device.Device
			all = append(all, reader{
				address: netip.AddrFrom4([4]byte{198, 51, 100, byte(10*n + i + 1)}),
				agent:   "Mozilla/5.0 (" + device.OS + ") " + device.Browser,
				enrich:  e, from: r.IntN(14) - 6, often: 0.15 + 0.6*r.Float64(),
				blocks: r.IntN(6) == 0, noLog: r.IntN(7) == 0,
			})
		}
	}
	bot := event.Enrichment{Country: "US", ASN: 64505, Organisation: "Cloud Forge", NetworkClass: "hosting", Device: "bot", BotReasons: 1}
	return append(all, reader{address: netip.MustParseAddr("2001:db8::b07"), agent: "ExampleBot/1.0", enrich: bot, often: 0.8, blocks: true})
}
