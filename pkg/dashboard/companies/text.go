package companies

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/footfall-analytics/footfall/pkg/configfile"
)

const (
	csvFormat  = "csv"
	yamlFormat = "yaml"
)

// render writes entries in a format; the order stays.
func render(entries []Entry, format string) ([]byte, error) {
	if format == yamlFormat {
		type row struct{ Network, Organisation, Class string }
		var file struct{ Networks []row }
		for _, e := range entries {
			file.Networks = append(file.Networks, row{e.Network.String(), e.Organisation, e.Class})
		}
		return configfile.Encode(file)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write([]string{"network", "organisation", "class"}) // a buffer takes everything
	for _, e := range entries {
		_ = w.Write(cells(e))
	}
	w.Flush()
	return out.Bytes(), nil
}

func cells(e Entry) []string { return []string{e.Network.String(), e.Organisation, e.Class} }

// with adds a row at the end of a text and leaves the rest as it is, comments too.
func with(content []byte, separator rune, cells []string) []byte {
	if len(content) == 0 {
		content = []byte("network,organisation,class\n")
		separator = ','
	}
	out := bytes.NewBuffer(bytes.Clone(content))
	if !bytes.HasSuffix(content, []byte("\n")) {
		out.WriteByte('\n')
	}
	w := csv.NewWriter(out)
	w.Comma = separator
	_ = w.Write(cells) // a buffer takes everything
	w.Flush()
	return out.Bytes()
}

// without takes a line away; they count from 1.
func without(content []byte, line int) ([]byte, error) {
	lines := bytes.SplitAfter(content, []byte("\n"))
	if line < 1 || line > len(lines) {
		return nil, fmt.Errorf("line %d of %d", line, len(lines))
	}
	return bytes.Join(append(lines[:line-1:line-1], lines[line:]...), nil), nil
}
