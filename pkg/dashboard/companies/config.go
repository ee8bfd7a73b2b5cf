package companies

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Config names the file. Embed it with the prefix `dashboard-`.
type Config struct {
	Networks string `help:"CSV or YAML file with your own networks, which admins may replace on the dashboard. Collectors must watch the same file (enrich-networks)." type:"path" placeholder:"FILE"`

	// ReadOnly is for a file that the dashboard shows and leaves alone.
	ReadOnly bool `kong:"-"`
}

// formats are those of files, by the endings of their names.
var formats = map[string]string{".csv": csvFormat, ".yaml": yamlFormat, ".yml": yamlFormat}

// Validate refuses a file of no known format. Its folder may come later, as volumes do.
func (c Config) Validate() error {
	if c.Networks != "" && formats[c.ending()] == "" {
		return fmt.Errorf("dashboard-networks %q must end with .csv, .yaml or .yml", c.Networks)
	}
	return nil
}

// format is the one of the file; of none, csv.
func (c Config) format() string { return cmp.Or(formats[c.ending()], csvFormat) }

func (c Config) ending() string { return strings.ToLower(filepath.Ext(c.Networks)) }

// locked says why the dashboard does not write the file, or nothing.
func (c Config) locked() string {
	switch {
	case c.Networks == "":
		return "The dashboard has no file to write to. Let its setting --dashboard-networks and the collectors' --enrich-networks name one file in a folder that both reach. Without such a folder, write the file on each collector's machine; it is read again when it changes."
	case c.ReadOnly:
		return "The collector reads this file by its setting --enrich-networks. Let --dashboard-networks name it too, and it can be changed here."
	}
	if info, err := os.Stat(filepath.Dir(c.Networks)); err != nil || !info.IsDir() {
		return "The folder " + filepath.Dir(c.Networks) + " of the setting --dashboard-networks is not there."
	}
	return ""
}
