package networks

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"
)

// countries reads countries and cities of an MMDB file, in either of the two shapes in which they are
// published: MaxMind's (country.iso_code, city.names.en) and the flat one (country_code, city).
type countries struct{ db *maxminddb.Reader }

func parseCountries(_ string, content []byte) (table, error) {
	db, err := openMMDB(content)
	if err != nil {
		return nil, err
	}
	return countries{db}, nil
}

// openMMDB reads the whole file once: a lookup in a damaged one must not be where it shows. It is less
// strict than the library's own check, which refuses published files for the lack of a description.
func openMMDB(content []byte) (*maxminddb.Reader, error) {
	db, err := maxminddb.OpenBytes(content)
	if err != nil {
		return nil, fmt.Errorf("open MMDB: %w", err)
	}
	read := map[uintptr]bool{}
	for r := range db.Networks() {
		if err := r.Err(); err != nil {
			return nil, fmt.Errorf("read the tree of the MMDB: %w", err)
		}
		if read[r.Offset()] {
			continue
		}
		read[r.Offset()] = true
		if err := r.Decode(new(any)); err != nil {
			return nil, fmt.Errorf("read MMDB record of %s: %w", r.Prefix(), err)
		}
	}
	if len(read) == 0 {
		return nil, errors.New("there is no network in the MMDB")
	}
	return db, nil
}

func (c countries) fill(a netip.Addr, p *Place) {
	r := c.db.Lookup(a)
	if !r.Found() {
		return
	}
	code := textAt(r, "country", "iso_code")
	if code == "" {
		code = textAt(r, "country_code")
	}
	if isCountry(code) {
		p.Country = strings.Clone(code)
	}
	city := textAt(r, "city", "names", "en")
	if city == "" {
		city = textAt(r, "city")
	}
	p.City = clean(city)
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

// systems reads autonomous systems of an MMDB file.
type systems struct{ db *maxminddb.Reader }

func (s systems) fill(a netip.Addr, p *Place) {
	var as struct {
		Number       uint32 `maxminddb:"autonomous_system_number"`
		Organisation string `maxminddb:"autonomous_system_organization"`
	}
	if r := s.db.Lookup(a); !r.Found() || r.Decode(&as) != nil || as.Number == 0 {
		return
	}
	p.ASN, p.Organisation = as.Number, clean(as.Organisation)
}
