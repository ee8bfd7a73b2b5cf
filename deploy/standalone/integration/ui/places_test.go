package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"
)

// towns are the places of the addresses of a site of its own; those of the other sites are in no file.
const towns = "towns.example"

var places = []struct{ network, country, city string }{
	{"198.51.100.0/26", "AT", "Wien"}, {"198.51.100.64/26", "AT", "<b>Graz</b>"}, {"198.51.100.128/26", "US", "Springfield"}, {"198.51.100.192/26", "AU", "Springfield"},
}

// citiesFile writes a file of countries and cities for the product.
func citiesFile(dir string) (path string, err error) {
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		return "", err
	}
	for _, p := range places {
		record := mmdbtype.Map{"country_code": mmdbtype.String(p.country), "city": mmdbtype.String(p.city)}
		if err := w.Insert(netipx.PrefixIPNet(netip.MustParsePrefix(p.network)), record); err != nil {
			return "", err
		}
	}
	var content bytes.Buffer
	if _, err := w.WriteTo(&content); err != nil {
		return "", err
	}
	path = filepath.Join(dir, "cities.mmdb")
	return path, os.WriteFile(path, content.Bytes(), 0o600)
}

// systemsFile writes a file of the networks that some of the readers come from.
func systemsFile(dir string) (path string, err error) {
	path = filepath.Join(dir, "systems.csv")
	return path, os.WriteFile(path, []byte(`203.0.113.0,203.0.113.29,64500,Northern Cable Internet
203.0.113.30,203.0.113.49,64501,University of Example
203.0.113.50,203.0.113.59,64502,First <b>Bank</b>
`), 0o600)
}

// readers writes one view of each place, and two from the first one.
func readers(out *json.Encoder) {
	for i := range len(places) + 1 {
		_ = out.Encode(map[string]any{ // into memory
			"site": towns, "type": "pageview", "url": "https://" + towns + "/", "time": firstDay + "T12:00:00Z", "witness": "log",
			"address": fmt.Sprintf("198.51.100.%d", i%len(places)*64+i), "user_agent": agents[0],
		})
	}
}

// A click on a country shows its cities; a click on one of them chooses it with its country, since names repeat.
func TestCities(t *testing.T) {
	b := look(t, dashboard(product), "/countries?site="+towns+"&range="+firstDay+".."+lastDay)
	if got := strings.Join(b.rows(), ", "); got != "Austria, Australia, United States" {
		t.Errorf("the countries are %s", got)
	}
	b.click("main td a", "Austria")
	b.until("the cities of Austria", `document.querySelector('h1').innerText === 'Cities of Austria' && document.querySelectorAll('main table tbody tr').length === 2`)
	if got := strings.Join(b.rows(), ", "); got != "Wien, <b>Graz</b>" {
		t.Errorf("the cities are %s", got)
	}
	b.accessible(axeScript(t), "cities")
	b.stored("cities")
	b.click("main a", "Countries")
	b.until("the country that is chosen", `document.querySelector('h1').innerText === 'Countries' && document.querySelectorAll('main table tbody tr').length === 1`)

	b.open("/countries?by=cities&site=" + towns + "&range=" + firstDay + ".." + lastDay)
	b.click("main td a", "Springfield")
	b.until("one Springfield", `document.querySelectorAll('main table tbody tr').length === 1`)
	if got := b.address(); !strings.Contains(got, "filter=country:A") && !strings.Contains(got, "filter=country:U") || !strings.Contains(got, "filter=city:Springfield") {
		t.Errorf("a click on a city makes %s", got)
	}
}
