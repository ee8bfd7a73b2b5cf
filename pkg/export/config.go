package export

import (
	"fmt"
	"slices"
	"time"
)

// The formats that a table can be written in, which are also the endings of the files' names.
const (
	CSV     = "csv"
	Parquet = "parquet"
)

// Config says where published days are written as files. Embed it with the prefix `export-`.
type Config struct {
	Dir     string        `help:"Folder into which every published day is written as files; empty: none are written." type:"path" placeholder:"DIR"`
	Formats []string      `help:"Formats of the exported files: csv, parquet." default:"csv,parquet"`
	Keep    time.Duration `help:"How long the replaced files of a day stay for readers that have found them already." default:"1h"`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.Dir == "" {
		return nil
	}
	if len(c.Formats) == 0 {
		return fmt.Errorf("export-formats must name %s, %s or both", CSV, Parquet)
	}
	for i, f := range c.Formats {
		if (f != CSV && f != Parquet) || slices.Contains(c.Formats[:i], f) {
			return fmt.Errorf("export-formats %q must be %s, %s or both", c.Formats, CSV, Parquet)
		}
	}
	if c.Keep < 0 {
		return fmt.Errorf("export-keep %s must not be negative", c.Keep)
	}
	return nil
}
