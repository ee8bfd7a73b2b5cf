package extract

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/footfall-analytics/footfall/pkg/configfile"
	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// calendar is a source as the sources file describes it.
type calendar struct {
	Name string `yaml:"name"`
	Kind string `yaml:"kind"` // csv, ics or json
	URL  string `yaml:"url"`  // or
	File string `yaml:"file"`
	// Site is whom all events concern; empty: those that the entries name, or all.
	Site  string        `yaml:"site"`
	Every time.Duration `yaml:"every"`
	// TimeZone is that of times without one, and of days.
	TimeZone string `yaml:"time_zone"`

	client *outgoing.Client
	zone   *time.Location
	now    func() time.Time
}

const (
	calendarEvery    = time.Hour // by default
	minCalendarEvery = time.Minute
	calendarCalls    = 60 // per hour
	maxFile          = 5 << 20
)

// calendarName is what a source may be called: it stands in URLs and in metrics.
var calendarName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,49}$`)

// taken are names that other things have.
var taken = map[string]bool{launchesName: true, "annotation": true}

// calendars reads the sources file. It is read at start only.
func (c Config) calendars(now func() time.Time) ([]planned, error) {
	content, err := os.ReadFile(c.Sources)
	if err != nil {
		return nil, fmt.Errorf("read extract-sources: %w", err)
	}
	var file struct {
		Sources []*calendar `yaml:"sources"`
	}
	if err := configfile.Decode(content, &file); err != nil {
		return nil, fmt.Errorf("extract-sources %s: %w", c.Sources, err)
	}
	if len(file.Sources) == 0 {
		return nil, fmt.Errorf("extract-sources %s: the file lists no source under 'sources:'", c.Sources)
	}
	var all []planned
	names := map[string]bool{}
	for i, one := range file.Sources {
		if one == nil || names[one.Name] {
			return nil, fmt.Errorf("extract-sources %s: source %d is empty, or its name is another's too", c.Sources, i+1)
		}
		names[one.Name] = true
		if err := one.prepare(c.Outgoing, now); err != nil {
			return nil, fmt.Errorf("extract-sources %s: source %d, %q: %w", c.Sources, i+1, one.Name, err)
		}
		all = append(all, planned{one, one.Name, one.Every, calendarCalls})
	}
	return all, nil
}

// prepare checks what the file says and fills in what it leaves out.
func (c *calendar) prepare(out outgoing.Config, now func() time.Time) (err error) {
	c.now = now
	switch {
	case !calendarName.MatchString(c.Name) || taken[c.Name]:
		return fmt.Errorf("name %q must be of a-z, 0-9, _ and -, and neither launches nor annotation", c.Name)
	case parsers[c.Kind] == nil:
		return fmt.Errorf("kind %q must be csv, ics or json", c.Kind)
	case (c.URL == "") == (c.File == ""):
		return fmt.Errorf("it must have either a url or a file")
	}
	if c.Every == 0 {
		c.Every = calendarEvery
	}
	if c.Every < minCalendarEvery {
		return fmt.Errorf("every %s must be at least %s", c.Every, minCalendarEvery)
	}
	if c.zone, err = time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "Local" {
		return fmt.Errorf("time_zone %q must be a zone such as Europe/Vienna", c.TimeZone)
	}
	if c.URL == "" {
		return nil
	}
	if err := out.CheckURL("url", c.URL); err != nil {
		return err
	}
	c.client, err = outgoing.New(out, c.URL)
	return err
}

// parsers read the kinds of calendars.
var parsers = map[string]func(*calendar, []byte) (batch, error){
	"csv": (*calendar).readCSV, "json": (*calendar).readJSON, "ics": (*calendar).readICS,
}

// read reads the calendar. When none of its entries can be used, that is a failure.
func (c *calendar) read(ctx context.Context, spend func(context.Context) error) (batch, error) {
	body, err := c.content(ctx, spend)
	if err != nil {
		return batch{}, err
	}
	all, err := parsers[c.Kind](c, body)
	if err != nil {
		return batch{}, err
	}
	if len(all.events) == 0 && len(all.refused) > 0 {
		return batch{}, fail(nullField, "no entry can be used: %v", all.refused)
	}
	return all, nil
}

func (c *calendar) content(ctx context.Context, spend func(context.Context) error) ([]byte, error) {
	if c.URL != "" {
		if err := spend(ctx); err != nil {
			return nil, err
		}
		return get(ctx, c.client, c.URL, "*/*", c.now)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, &failure{kind: noFile, err: err}
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, &failure{kind: noFile, err: err}
	}
	if len(body) > maxFile {
		return nil, fail(tooLong, "file %s is longer than %d bytes", c.File, maxFile)
	}
	return body, nil
}
