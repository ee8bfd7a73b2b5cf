package networks

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/prometheus/client_golang/prometheus"
	"go4.org/netipx"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// record is what an MMDB says of a network.
type record struct {
	network string
	value   mmdbtype.Map
}

// mmdbFile writes an MMDB file for addresses of both kinds.
func mmdbFile(t *testing.T, path string, records ...record) string {
	t.Helper()
	return mmdbOf(t, 6, path, records...)
}

// mmdbOf writes an MMDB file; one of version 4 has no place for addresses of IPv6.
func mmdbOf(t *testing.T, version int, path string, records ...record) string {
	t.Helper()
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test", RecordSize: 24, IncludeReservedNetworks: true, IPVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := w.Insert(netipx.PrefixIPNet(netip.MustParsePrefix(r.network)), r.value); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// country is a record in MaxMind's shape, flat one in the other.
func country(network, code, city string) record {
	return record{network, mmdbtype.Map{
		"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)},
		"city":    mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(city)}},
	}}
}

func flat(network, code, city string) record {
	return record{network, mmdbtype.Map{"country_code": mmdbtype.String(code), "city": mmdbtype.String(city)}}
}

func system(network string, number uint32, organisation string) record {
	return record{network, mmdbtype.Map{
		"autonomous_system_number":       mmdbtype.Uint32(number),
		"autonomous_system_organization": mmdbtype.String(organisation),
	}}
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, cfg Config) *Networks {
	t.Helper()
	n, err := New(cfg, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// place asks as the collector does.
func place(n *Networks, address string) Place {
	e := event.Event{Address: netip.MustParseAddr(address)}
	n.Apply(&e)
	return Place{e.Enrich.Country, e.Enrich.City, e.Enrich.ASN, e.Enrich.Organisation, e.Enrich.NetworkClass}
}

func expect(t *testing.T, n *Networks, address string, want Place) {
	t.Helper()
	for range 2 { // the class is remembered
		if diff := cmp.Diff(want, place(n, address)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", address, diff)
		}
	}
}

func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	cfg := Config{
		Country: []string{mmdbFile(t, filepath.Join(dir, "c.mmdb"),
			country("192.0.2.0/24", "AT", "Graz"), flat("198.51.100.0/24", "DE", ""), flat("2001:db8::/32", "FR", "Lyon\n"),
			flat("203.0.113.0/25", "zz", ""), flat("203.0.113.128/25", "", ""))},
		ASN: []string{
			mmdbFile(t, filepath.Join(dir, "a.mmdb"), system("192.0.2.0/25", 64500, "Example Telecom"), system("198.51.100.0/24", 0, "Nobody's")),
			write(t, filepath.Join(dir, "a.csv"), "192.0.2.0,192.0.2.255,64501,Later University\n203.0.113.5,203.0.113.9,64502,\"Bank, of Examples\"\n"+
				"2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,64503,Example Hosting\n"),
		},
	}
	n := open(t, cfg)
	expect(t, n, "192.0.2.7", Place{"AT", "Graz", 64500, "Example Telecom", "isp"})
	expect(t, n, "::ffff:192.0.2.7", Place{"AT", "Graz", 64500, "Example Telecom", "isp"})
	expect(t, n, "192.0.2.200", Place{"AT", "Graz", 64501, "Later University", "education"})
	expect(t, n, "198.51.100.1", Place{Country: "DE"}) // an organisation without a number is none
	expect(t, n, "2001:db8::1", Place{"FR", "Lyon", 64503, "Example Hosting", "hosting"})
	expect(t, n, "2001:db8:1::1", Place{Country: "FR", City: "Lyon"})
	expect(t, n, "203.0.113.4", Place{})
	expect(t, n, "203.0.113.5", Place{ASN: 64502, Organisation: "Bank, of Examples", Class: "business"})
	expect(t, n, "203.0.113.9", Place{ASN: 64502, Organisation: "Bank, of Examples", Class: "business"})
	expect(t, n, "203.0.113.10", Place{})
	expect(t, n, "0.0.0.0", Place{})
	expect(t, n, "::", Place{})
	expect(t, n, "255.255.255.255", Place{})

	expect(t, open(t, Config{}), "192.0.2.7", Place{})
}

// TestSeveralFiles: the first that knows an address counts, and a file says nothing of addresses that it has no place for.
func TestSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	n := open(t, Config{Country: []string{
		mmdbOf(t, 4, filepath.Join(dir, "4.mmdb"), flat("192.0.2.0/25", "AT", "Graz"), flat("198.51.100.0/24", "", "")),
		mmdbOf(t, 6, filepath.Join(dir, "6.mmdb"), flat("2001:db8::/33", "FR", "Lyon")),
		mmdbFile(t, filepath.Join(dir, "c.mmdb"), country("192.0.2.0/24", "DE", ""), country("198.51.100.0/24", "CH", ""), country("2001:db8::/32", "NP", "")),
	}})
	expect(t, n, "192.0.2.7", Place{Country: "AT", City: "Graz"})
	expect(t, n, "192.0.2.200", Place{Country: "DE"})
	expect(t, n, "198.51.100.1", Place{Country: "CH"})
	expect(t, n, "2001:db8::1", Place{Country: "FR", City: "Lyon"})
	expect(t, n, "2001:db8:8000::1", Place{Country: "NP"})
	expect(t, n, "2001:db9::1", Place{})
	expect(t, open(t, Config{Country: []string{filepath.Join(dir, "4.mmdb")}}), "2001:db8::1", Place{})
	expect(t, open(t, Config{Country: []string{filepath.Join(dir, "6.mmdb")}}), "192.0.2.7", Place{})
}

func TestOwnNetworks(t *testing.T) {
	dir := t.TempDir()
	f := func(list string) {
		t.Helper()
		n := open(t, Config{
			Country:  []string{mmdbFile(t, filepath.Join(dir, "c.mmdb"), country("198.51.100.0/24", "AT", ""))},
			ASN:      []string{mmdbFile(t, filepath.Join(dir, "a.mmdb"), system("198.51.100.0/24", 64500, "Example Telecom"))},
			Networks: list,
		})
		expect(t, n, "198.51.100.1", Place{"AT", "", 64500, "Example Telecom", "isp"})
		expect(t, n, "198.51.100.70", Place{"AT", "", 0, "Customer", "business"})
		expect(t, n, "198.51.100.80", Place{"AT", "", 0, "Its school, north", "education"}) // the longer prefix
		expect(t, n, "198.51.100.81", Place{"AT", "", 0, "One desk", "government"})
		expect(t, n, "::ffff:198.51.100.81", Place{"AT", "", 0, "One desk", "government"})
		expect(t, n, "2001:db8:7::1", Place{Organisation: "Customer", Class: "business"})
		expect(t, n, "192.0.2.9", Place{Organisation: "Mapped", Class: "isp"})
	}
	f(write(t, filepath.Join(dir, "own.csv"), "network,organisation,class\n# ours\n198.51.100.64/26,Customer\n198.51.100.80/28,\"Its school, north\",education\n"+
		"198.51.100.81,One desk,government\n2001:db8:7::/48,Customer,\n::ffff:192.0.2.0/120,Mapped,isp\n"))
	f(write(t, filepath.Join(dir, "own.yaml"), `networks:
  - {network: 198.51.100.64/26, organisation: Customer}
  - {network: 198.51.100.80/28, organisation: "Its school, north", class: education}
  - {network: 198.51.100.81, organisation: One desk, class: government}
  - {network: "2001:db8:7::/48", organisation: Customer}
  - {network: "::ffff:192.0.2.0/120", organisation: Mapped, class: isp}
`))
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	good := mmdbFile(t, filepath.Join(dir, "good.mmdb"), country("192.0.2.0/24", "AT", ""))
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	f := func(want string, cfg Config) {
		t.Helper()
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q in it", cfg, err, want)
		}
	}
	own := func(text string) Config {
		return Config{Networks: write(t, filepath.Join(dir, "own.csv"), text)}
	}
	classes := func(text string) Config {
		return Config{Classes: write(t, filepath.Join(dir, "classes.yaml"), text)}
	}
	f("enrich-country", Config{Country: []string{filepath.Join(dir, "none.mmdb")}})
	f("MMDB", Config{Country: []string{write(t, filepath.Join(dir, "cut.mmdb"), string(content[:len(content)/2]))}})
	f("MMDB", Config{ASN: []string{write(t, filepath.Join(dir, "head.mmdb"), "<html>"+string(content[6:20]))}})
	f("line 2", Config{ASN: []string{write(t, filepath.Join(dir, "bad.csv"), "192.0.2.0,192.0.2.9,1,A\n192.0.2.9,192.0.2.1,1,A\n")}})
	f("no range", Config{ASN: []string{write(t, filepath.Join(dir, "empty.csv"), "")}})
	f(`network "nonsense"`, own("nonsense,A\n"))
	f("needs an organisation", own("192.0.2.0/24,\n"))
	f(`class "firm"`, own("192.0.2.0/24,A,firm\n"))
	f("there twice", own("192.0.2.1/24,A\n192.0.2.0/24,B\n"))
	f("must be network", own("192.0.2.0/24,A,isp,more\n"))
	f("line 2", own("192.0.2.0/24,A\nnonsense,A\n"))
	f("version", classes("rules: []"))
	f(`class "firm"`, classes("{version: 1, rules: [{class: firm}]}"))
	f("there twice", classes("{version: 1, rules: [{class: isp, words: [a b]}, {class: isp, words: [c, C]}]}"))
	f("not found", classes("{version: 1, rulez: []}"))
}

func TestRulesNameTheFiles(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "own.csv"), "192.0.2.0/24,A\n")
	e := event.Event{Address: netip.MustParseAddr("192.0.2.1")}
	first := open(t, Config{Networks: path}).Apply(&e)
	write(t, path, "192.0.2.0/24,B\n")
	second := open(t, Config{Networks: path}).Apply(&e)
	if !strings.HasPrefix(first, "networks ") || first == second {
		t.Errorf("the rules are %q and, with another file, %q", first, second)
	}
	if rules := open(t, Config{}).Apply(&e); rules != "" {
		t.Errorf("without files the rules are %q", rules)
	}
}
