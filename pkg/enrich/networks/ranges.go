package networks

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
)

// parseSystems reads a file with autonomous systems by what it is.
func parseSystems(path string, content []byte) (table, error) {
	if hasSuffix(path, ".csv") {
		return parseRanges(content)
	}
	m, err := openMMDB(content, systemOf)
	return systems{m}, err
}

// ranges are the autonomous systems of a CSV file: sorted ranges of addresses that do not overlap. Most
// are of IPv4, which need a third of the memory.
type ranges struct {
	v4    []span[[4]byte]
	v6    []span[[16]byte]
	names []string
}

type span[A any] struct {
	first, last A
	number      uint32
	name        int32 // in names
}

func parseRanges(content []byte) (table, error) {
	rows := csv.NewReader(bytes.NewReader(content))
	rows.FieldsPerRecord, rows.ReuseRecord = 4, true
	r := &ranges{}
	known := map[string]int32{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read CSV: %w", err)
		}
		if err := r.add(row, known); err != nil {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if len(r.v4)+len(r.v6) == 0 {
		return nil, errors.New("there is no range in it")
	}
	slices.SortFunc(r.v4, func(a, b span[[4]byte]) int { return bytes.Compare(a.first[:], b.first[:]) })
	slices.SortFunc(r.v6, func(a, b span[[16]byte]) int { return bytes.Compare(a.first[:], b.first[:]) })
	return r, nil
}

func (r *ranges) add(row []string, known map[string]int32) error {
	first, err1 := netip.ParseAddr(row[0])
	last, err2 := netip.ParseAddr(row[1])
	number, err3 := strconv.ParseUint(row[2], 10, 32)
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("range %q to %q of system %q: %w", row[0], row[1], row[2], err)
	}
	first, last = first.Unmap(), last.Unmap()
	if first.Is4() != last.Is4() || last.Less(first) {
		return fmt.Errorf("range %s to %s is none", first, last)
	}
	name, ok := known[row[3]]
	if !ok {
		name = int32(len(r.names))
		r.names = append(r.names, clean(row[3]))
		known[row[3]] = name
	}
	if first.Is4() {
		r.v4 = append(r.v4, span[[4]byte]{first.As4(), last.As4(), uint32(number), name})
	} else {
		r.v6 = append(r.v6, span[[16]byte]{first.As16(), last.As16(), uint32(number), name})
	}
	return nil
}

func (r *ranges) fill(a netip.Addr, p *Place) {
	if a.Is4() {
		b := a.As4()
		i, found := slices.BinarySearchFunc(r.v4, b, func(s span[[4]byte], b [4]byte) int { return bytes.Compare(s.first[:], b[:]) })
		if i = before(i, found); i >= 0 && bytes.Compare(b[:], r.v4[i].last[:]) <= 0 {
			r.set(p, r.v4[i].number, r.v4[i].name)
		}
		return
	}
	b := a.As16()
	i, found := slices.BinarySearchFunc(r.v6, b, func(s span[[16]byte], b [16]byte) int { return bytes.Compare(s.first[:], b[:]) })
	if i = before(i, found); i >= 0 && bytes.Compare(b[:], r.v6[i].last[:]) <= 0 {
		r.set(p, r.v6[i].number, r.v6[i].name)
	}
}

// before is the index of the last range that begins at or before the address that was searched.
func before(i int, found bool) int {
	if found {
		return i
	}
	return i - 1
}

func (r *ranges) set(p *Place, number uint32, name int32) {
	if number != 0 {
		p.ASN, p.Organisation = number, r.names[name]
	}
}
