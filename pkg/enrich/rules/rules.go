// Package rules holds the versioned lists behind what is decided of a view later than it is recorded: the
// channel that it came by, and whether its user-agent is a program's. They are applied when a day is
// computed, so that a backfill under other lists labels history anew and leaves all else as it was.
package rules

import (
	"embed"
	"fmt"
	"os"
)

// Files are the lists that come with the program.
//
//go:embed *.json crawlers.txt
var Files embed.FS

// BotsConfig names the file that stands in for the lists of bots.
type BotsConfig struct {
	Bots string `help:"JSON file that tells bots, instead of the one that comes along (pkg/enrich/rules/bots.json); the list of crawlers stays. The same for collector, rollup and dashboard; backfill to label history by it." type:"path" placeholder:"FILE"`
}

// Config names files that stand in for the lists that come with the program.
type Config struct {
	BotsConfig
	Channels string `help:"JSON file with the lists of channels, instead of those that come along (pkg/enrich/rules/channels.json). Backfill to label history by it." type:"path" placeholder:"FILE"`
}

// Rules are the lists that days are computed by. They do not change, and may be used at once by many.
type Rules struct {
	Channels
	Bots
}

// Read reads the lists; with no files named, those that come with the program.
func Read(cfg Config) (r Rules, err error) {
	file, err := read("channels.json", cfg.Channels)
	if err != nil {
		return r, err
	}
	if r.Channels, err = ParseChannels(file); err != nil {
		return r, fmt.Errorf("rules-channels %q: %w", cfg.Channels, err)
	}
	r.Bots, err = ReadBots(cfg.BotsConfig)
	return r, err
}

// ReadBots reads the lists of bots alone.
func ReadBots(cfg BotsConfig) (b Bots, err error) {
	file, err := read("bots.json", cfg.Bots)
	if err != nil {
		return b, err
	}
	crawlers, err := read("crawlers.txt", "")
	if err != nil {
		return b, err
	}
	if b, err = ParseBots(file, crawlers); err != nil {
		return b, fmt.Errorf("rules-bots %q: %w", cfg.Bots, err)
	}
	return b, nil
}

// read reads a file, or the one that comes along.
func read(own, instead string) (file []byte, err error) {
	if instead == "" {
		file, err = Files.ReadFile(own)
	} else {
		file, err = os.ReadFile(instead)
	}
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	return file, nil
}

// Version names the lists.
func (r Rules) Version() string { return r.Channels.version + ", " + r.Bots.version }
