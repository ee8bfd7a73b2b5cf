package networks

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/oschwald/maxminddb-golang/v2"
)

// mmdb is an MMDB file. Its tree is walked for every address; what its records say is taken out when it
// is opened, since many networks share one.
type mmdb struct {
	db      *maxminddb.Reader
	records map[uintptr]Place // by their place in the file
}

// at is what the file says of an address: nothing where it does not hold it, as of IPv6 in a file of IPv4.
func (m mmdb) at(a netip.Addr) Place {
	r := m.db.Lookup(a)
	if !r.Found() {
		return Place{}
	}
	return m.records[r.Offset()]
}

// openMMDB reads the whole file, so that a damaged one shows here and not at a lookup. It is less strict
// than the library's own check, which refuses published files for the lack of a description.
func openMMDB(content []byte, take func(maxminddb.Result) (Place, error)) (mmdb, error) {
	db, err := maxminddb.OpenBytes(content)
	if err != nil {
		return mmdb{}, fmt.Errorf("open MMDB: %w", err)
	}
	m := mmdb{db, map[uintptr]Place{}}
	for r := range db.Networks() {
		if err := r.Err(); err != nil {
			return mmdb{}, fmt.Errorf("read the tree of the MMDB: %w", err)
		}
		if _, known := m.records[r.Offset()]; known {
			continue
		}
		if m.records[r.Offset()], err = take(r); err != nil {
			return mmdb{}, fmt.Errorf("read MMDB record of %s: %w", r.Prefix(), err)
		}
	}
	if len(m.records) == 0 {
		return mmdb{}, errors.New("there is no network in the MMDB")
	}
	return m, nil
}

// countries are the countries and cities of a file, in either of the two shapes in which they are
// published: MaxMind's (country.iso_code, city.names.en) and the flat one (country_code, city).
type countries struct{ mmdb }

func parseCountries(_ string, content []byte) (table, error) {
	m, err := openMMDB(content, countryOf)
	return countries{m}, err
}

func countryOf(r maxminddb.Result) (p Place, err error) {
	if err := r.Decode(new(any)); err != nil {
		return p, err
	}
	code := textAt(r, "country", "iso_code")
	if code == "" {
		code = textAt(r, "country_code")
	}
	if isCountry(code) {
		p.Country = clean(code)
	}
	city := textAt(r, "city", "names", "en")
	if city == "" {
		city = textAt(r, "city")
	}
	p.City = clean(city)
	return p, nil
}

func isCountry(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}

// textAt is the text that stands at a path of the record, "" if there is none.
func textAt(r maxminddb.Result, path ...any) string {
	var s string
	if r.DecodePath(&s, path...) != nil {
		return ""
	}
	return s
}

func (c countries) fill(a netip.Addr, p *Place) {
	if found := c.at(a); found.Country != "" || found.City != "" {
		p.Country, p.City = found.Country, found.City
	}
}

// systems are the autonomous systems of a file.
type systems struct{ mmdb }

func systemOf(r maxminddb.Result) (Place, error) {
	var as struct {
		Number       uint32 `maxminddb:"autonomous_system_number"`
		Organisation string `maxminddb:"autonomous_system_organization"`
	}
	err := r.Decode(&as)
	return Place{ASN: as.Number, Organisation: clean(as.Organisation)}, err
}

func (s systems) fill(a netip.Addr, p *Place) {
	if found := s.at(a); found.ASN != 0 {
		p.ASN, p.Organisation = found.ASN, found.Organisation
	}
}
