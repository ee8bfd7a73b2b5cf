package networks

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/footfall-analytics/footfall/pkg/configfile"
)

// List is the operator's own list of networks, as it is read for those who write it: all that is wrong
// with it, and not only the first thing.
type List struct {
	Entries   []Entry // in the order of the file, without those that are wrong
	Faults    []Remark
	Separator rune // between the cells of a row; 0 in YAML
}

// Entry is a line that is right.
type Entry struct {
	Line         int
	Network      netip.Prefix
	Organisation string
	Class        string // one of classNames
}

// Remark says something of a line of the file; they count from 1.
type Remark struct {
	Line int
	Text string
}

// written is an entry as it stands in the file.
type written struct {
	line         int
	Network      string `yaml:"network"`
	Organisation string `yaml:"organisation"`
	Class        string `yaml:"class"` // business when it is empty
}

// entries is a file in YAML.
type entries struct {
	Networks []written `yaml:"networks"`
}

// ReadList reads a list in the format that the path's ending names: YAML or else CSV.
func ReadList(path string, content []byte) List {
	read := readCSV
	if hasSuffix(path, ".yaml", ".yml") {
		read = readYAML
	}
	rows, faults, separator := read(content)
	l := List{Faults: faults, Separator: separator}
	first := map[netip.Prefix]int{}
	for _, w := range rows {
		e, err := w.entry()
		if line, twice := first[e.Network]; err == nil && twice {
			err = fmt.Errorf("network %q is there twice, first in line %d", w.Network, line)
		}
		if err != nil {
			l.Faults = append(l.Faults, Remark{w.line, err.Error()})
			continue
		}
		first[e.Network] = w.line
		l.Entries = append(l.Entries, e)
	}
	slices.SortStableFunc(l.Faults, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
	return l
}

func (w written) entry() (e Entry, err error) {
	if e.Network, err = parsePrefix(strings.TrimSpace(w.Network)); err != nil {
		return e, err
	}
	if !utf8.ValidString(w.Organisation) || strings.ContainsRune(w.Organisation, utf8.RuneError) {
		return e, fmt.Errorf("organisation %q is not UTF-8: save the file as UTF-8", w.Organisation)
	}
	e.Line, e.Organisation, e.Class = w.line, clean(w.Organisation), cmp.Or(strings.TrimSpace(w.Class), "business")
	if e.Organisation == "" {
		return e, fmt.Errorf("network %q needs an organisation", w.Network)
	}
	if !slices.Contains(classNames, e.Class) {
		return e, fmt.Errorf("class %q of network %q must be one of %s", w.Class, w.Network, strings.Join(classNames, ", "))
	}
	return e, nil
}

// readCSV takes network, organisation and, where it is given, class; the first row may name them. A
// spreadsheet's semicolons or tabs do as well as commas, and so do its empty cells and rows.
func readCSV(content []byte) (list []written, faults []Remark, comma rune) {
	content = bytes.TrimPrefix(content, []byte("\uFEFF"))
	comma = separator(content)
	rows := csv.NewReader(bytes.NewReader(content))
	rows.FieldsPerRecord, rows.TrimLeadingSpace, rows.Comment, rows.Comma = -1, true, '#', comma
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return list, faults, comma
		}
		if err != nil {
			return list, append(faults, csvFault(err)), comma
		}
		line, _ := rows.FieldPos(0)
		for len(row) > 0 && strings.TrimSpace(row[len(row)-1]) == "" {
			row = row[:len(row)-1]
		}
		switch {
		case len(row) == 0 || first && strings.EqualFold(strings.TrimSpace(row[0]), "network"):
		case len(row) > 3:
			faults = append(faults, Remark{line, fmt.Sprintf("row %q must be network, organisation and class", row)})
		default:
			row = append(row, "", "")
			list = append(list, written{line, row[0], row[1], row[2]})
		}
	}
}

// separator is what stands behind the first cell.
func separator(content []byte) rune {
	for line := range bytes.Lines(content) {
		if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
			continue
		}
		if i := bytes.IndexAny(line, ",;\t"); i >= 0 {
			return rune(line[i])
		}
		break
	}
	return ','
}

func csvFault(err error) Remark {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return Remark{at.Line, fmt.Sprintf("read CSV: %v", at.Err)}
	}
	return Remark{1, fmt.Sprintf("read CSV: %v", err)}
}

func readYAML(content []byte) (list []written, faults []Remark, _ rune) {
	var strict entries
	if err := configfile.Decode(content, &strict); err != nil {
		return nil, []Remark{{1, err.Error()}}, 0
	}
	lines, err := configfile.LinesOf(content, "networks")
	if err != nil || len(lines) != len(strict.Networks) {
		return nil, []Remark{{1, fmt.Sprintf("the list of networks is none: %v", err)}}, 0
	}
	for i, w := range strict.Networks {
		w.line = lines[i]
		list = append(list, w)
	}
	return list, nil, 0
}
