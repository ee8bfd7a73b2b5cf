package extract

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// entry is an event as CSV and JSON have it. Times are RFC 3339, or without a zone, or days: an event
// from a day to a day has both of them whole.
type entry struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Starts      string `json:"starts_at"`
	Ends        string `json:"ends_at"`
	URL         string `json:"url"`
	Site        string `json:"site"`
	Status      string `json:"status"`
	LastUpdated string `json:"last_updated"`
}

// Reasons why an entry cannot be used.
const (
	noID      = "no_id"
	noTitle   = "no_title"
	badStart  = "starts_at"
	badEnd    = "ends_at"
	badUpdate = "last_updated"
	backwards = "ends_before_it_starts"
	sameID    = "same_id"
	badLine   = "line" // of other columns than the first, or with a quote too many or too few
)

// add takes an entry, or counts why it cannot be used.
func (c *calendar) add(b *batch, seen map[string]bool, in entry) {
	e, reason := c.event(in)
	if reason == "" && seen[e.ID] {
		reason = sameID
	}
	if reason != "" {
		b.refuse(reason)
		return
	}
	seen[e.ID] = true
	b.events = append(b.events, e)
}

func (c *calendar) event(in entry) (e Event, reason string) {
	starts, wholeDay, ok := c.instant(in.Starts)
	if !ok {
		return e, badStart
	}
	ends := starts
	if in.Ends == "" && wholeDay {
		ends = starts.AddDate(0, 0, 1)
	}
	if in.Ends != "" {
		if ends, wholeDay, ok = c.instant(in.Ends); !ok {
			return e, badEnd
		}
		if wholeDay {
			if ends = ends.AddDate(0, 0, 1); !ends.After(starts) {
				return e, backwards
			}
		}
	}
	details := map[string]string{}
	if in.LastUpdated != "" {
		at, _, ok := c.instant(in.LastUpdated)
		if !ok {
			return e, badUpdate
		}
		details[LastUpdated] = stamped(at)
	}
	e = Event{ID: in.ID, Site: c.siteOf(in.Site), Title: in.Title, URL: in.URL, Status: in.Status, Starts: starts, Ends: ends, Details: details}.tidy()
	return e, e.wrong()
}

// wrong is the reason why an event cannot be stored, if there is one.
func (e Event) wrong() string {
	switch {
	case e.ID == "":
		return noID
	case e.Title == "":
		return noTitle
	case !storable(e.Starts):
		return badStart
	case e.Ends.Before(e.Starts):
		return backwards
	case !storable(e.Ends):
		return badEnd
	}
	return ""
}

func (c *calendar) siteOf(entry string) string {
	if c.Site != "" {
		return c.Site
	}
	return entry
}

// instant reads a time.
func (c *calendar) instant(text string) (at time.Time, wholeDay, ok bool) {
	text = strings.TrimSpace(text)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at, false, true
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, c.zone); err == nil {
			return at, layout == time.DateOnly, true
		}
	}
	return at, false, false
}

// readCSV reads a table whose first line names its columns, in any order.
func (c *calendar) readCSV(body []byte) (batch, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\uFEFF"))))
	columns, err := r.Read()
	if err != nil {
		return batch{}, fail(wrongFormat, "the first line of the CSV names no columns: %w", err)
	}
	for i := range columns {
		columns[i] = strings.ToLower(strings.TrimSpace(columns[i]))
	}
	for _, must := range []string{"id", "title", "starts_at"} {
		if !slices.Contains(columns, must) {
			return batch{}, fail(wrongFormat, "the first line of the CSV names no column %s", must)
		}
	}
	all, seen := batch{complete: true}, map[string]bool{}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			all.refuse(badLine)
			continue
		}
		cell := func(name string) string {
			if i := slices.Index(columns, name); i >= 0 {
				return cells[i]
			}
			return ""
		}
		c.add(&all, seen, entry{cell("id"), cell("title"), cell("starts_at"), cell("ends_at"), cell("url"), cell("site"), cell("status"), cell("last_updated")})
	}
}

// readJSON reads a list of entries, or an object that has it under events.
func (c *calendar) readJSON(body []byte) (batch, error) {
	var list *[]json.RawMessage
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '{' {
		var file struct {
			Events *[]json.RawMessage `json:"events"`
		}
		if err := decode(body, &file); err != nil {
			return batch{}, err
		}
		list = file.Events
	} else if err := decode(body, &list); err != nil {
		return batch{}, err
	}
	if list == nil {
		return batch{}, fail(nullField, "the JSON has no list of events")
	}
	all, seen := batch{complete: true}, map[string]bool{}
	for _, raw := range *list {
		var one entry
		if err := json.Unmarshal(raw, &one); err != nil {
			all.refuse(badLine)
			continue
		}
		c.add(&all, seen, one)
	}
	return all, nil
}
