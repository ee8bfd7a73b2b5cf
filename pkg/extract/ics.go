package extract

import (
	"bytes"
	"strings"
	"time"

	"github.com/emersion/go-ical"
	"github.com/teambition/rrule-go"
)

// What is read of iCalendar (RFC 5545): VEVENT with UID, SUMMARY, DTSTART, DTEND or DURATION, URL,
// STATUS, LOCATION, LAST-MODIFIED; times in UTC, in a zone that IANA names, or without one (the
// source's zone); whole days; RRULE down to daily with EXDATE and RDATE, a year back and a year ahead;
// single dates that were moved or cancelled (RECURRENCE-ID). Not read: rules that recur more often than
// daily, changes to this and all future dates, zones that only the file itself describes (VTIMEZONE),
// and periods; such events are counted by reason. What is cancelled counts as no longer announced.

// Further reasons why an entry cannot be used.
const (
	badRule    = "recurrence"
	tooOften   = "recurs_too_often"
	allFuture  = "this_and_future"
	badTime    = "time_or_zone"
	badMoved   = "recurrence_id"
	expandTime = 10 * time.Second // for all rules of a file
	horizon    = 366 * 24 * time.Hour
	maxDates   = 1000 // of one rule within the horizon
)

// readICS reads a calendar. The libraries panic on some lines that are no calendar's.
func (c *calendar) readICS(body []byte) (all batch, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			all, err = batch{}, fail(wrongFormat, "read the calendar: %v", trouble)
		}
	}()
	return c.expand(body)
}

func (c *calendar) expand(body []byte) (batch, error) {
	if !bytes.HasPrefix(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\uFEFF")), []byte("BEGIN:VCALENDAR")) {
		return batch{}, fail(wrongFormat, "it does not begin like a calendar")
	}
	if !bytes.HasSuffix(bytes.TrimSpace(body), []byte("END:VCALENDAR")) {
		return batch{}, fail(truncated, "the calendar has no end")
	}
	cal, err := ical.NewDecoder(bytes.NewReader(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\uFEFF")))).Decode()
	if err != nil {
		return batch{}, fail(wrongFormat, "read the calendar: %w", err)
	}
	x := expansion{calendar: c, batch: batch{complete: true}, seen: map[string]bool{}, moved: map[string]bool{}, began: time.Now()}
	var masters []ical.Event
	for _, e := range cal.Events() {
		if e.Props.Get(ical.PropRecurrenceID) == nil {
			masters = append(masters, e)
			continue
		}
		x.addMoved(e)
	}
	for _, e := range masters {
		if time.Since(x.began) > expandTime {
			return batch{}, fail(timedOut, "its rules take more than %s", expandTime)
		}
		x.addMaster(e)
	}
	return x.batch, nil
}

// expansion makes single events of those that recur.
type expansion struct {
	*calendar
	batch
	seen  map[string]bool
	moved map[string]bool // by UID and the instant that the rule gives
	began time.Time
}

// at is the id of one date of an event that recurs.
func at(uid string, t time.Time) string { return uid + "/" + t.UTC().Format("20060102T150405Z") }

// addMoved takes a date that differs from what its rule says.
func (x *expansion) addMoved(e ical.Event) {
	original := e.Props.Get(ical.PropRecurrenceID)
	if original.Params.Get("RANGE") != "" {
		x.refuse(allFuture)
		return
	}
	when, err := original.DateTime(x.zone)
	if err != nil {
		x.refuse(badMoved)
		return
	}
	id := at(property(e, ical.PropUID), when)
	x.moved[id] = true
	x.addOne(e, id)
}

func (x *expansion) addMaster(e ical.Event) {
	uid := property(e, ical.PropUID)
	if e.Props.Get(ical.PropRecurrenceRule) == nil && e.Props.Get(ical.PropRecurrenceDates) == nil {
		x.addOne(e, uid)
		return
	}
	first, reason := x.single(e, uid)
	if reason != "" {
		x.refuse(reason)
		return
	}
	dates, reason := x.dates(e)
	if reason != "" {
		x.refuse(reason)
		return
	}
	for _, d := range dates {
		one := first
		one.ID, one.Starts = at(uid, d), d
		one.Ends = x.endOf(e, first, d)
		if !x.moved[one.ID] {
			x.take(one, e)
		}
	}
}

// endOf is when a date ends: days have as many hours as the clocks of that day give them.
func (x *expansion) endOf(e ical.Event, first Event, starts time.Time) time.Time {
	if !isDay(e) {
		return starts.Add(first.Ends.Sub(first.Starts))
	}
	days := int((first.Ends.Sub(first.Starts) + 12*time.Hour) / (24 * time.Hour))
	return starts.In(x.zone).AddDate(0, 0, days)
}

func isDay(e ical.Event) bool {
	p := e.Props.Get(ical.PropDateTimeStart)
	return p != nil && len(p.Value) == len("20060102")
}

// addOne takes an event as it stands.
func (x *expansion) addOne(e ical.Event, id string) {
	one, reason := x.single(e, id)
	if reason != "" {
		x.refuse(reason)
		return
	}
	x.take(one, e)
}

func (x *expansion) take(one Event, e ical.Event) {
	if strings.EqualFold(property(e, ical.PropStatus), "CANCELLED") {
		return
	}
	one = one.tidy()
	reason := one.wrong()
	if reason == "" && x.seen[one.ID] {
		reason = sameID
	}
	if reason != "" {
		x.refuse(reason)
		return
	}
	x.seen[one.ID] = true
	x.events = append(x.events, one)
}

// single reads one event without its rule.
func (x *expansion) single(e ical.Event, id string) (one Event, reason string) {
	if property(e, ical.PropUID) == "" {
		return one, noID
	}
	if e.Props.Get(ical.PropDateTimeStart) == nil {
		return one, badStart
	}
	starts, err := e.DateTimeStart(x.zone)
	if err != nil {
		return one, badTime
	}
	ends, err := e.DateTimeEnd(x.zone)
	if err != nil {
		return one, badTime
	}
	if isDay(e) && e.Props.Get(ical.PropDateTimeEnd) == nil && e.Props.Get(ical.PropDuration) == nil {
		ends = starts.AddDate(0, 0, 1)
	}
	details := map[string]string{"location": property(e, ical.PropLocation)}
	if p := e.Props.Get(ical.PropLastModified); p != nil {
		if changed, err := p.DateTime(time.UTC); err == nil {
			details[LastUpdated] = stamped(changed)
		}
	}
	one = Event{
		ID: id, Site: x.Site, Title: property(e, ical.PropSummary), Status: strings.ToLower(property(e, ical.PropStatus)),
		Starts: starts, Ends: ends, Details: details,
	}
	if p := e.Props.Get(ical.PropURL); p != nil {
		one.URL = p.Value
	}
	return one, one.wrong()
}

// property is the text of a property, or empty.
func property(e ical.Event, name string) string {
	text, err := e.Props.Text(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(text)
}

// dates are those of an event that recurs, within the horizon.
func (x *expansion) dates(e ical.Event) (found []time.Time, reason string) {
	first, err := e.DateTimeStart(x.zone)
	if err != nil {
		return nil, badTime
	}
	var set rrule.Set
	if p := e.Props.Get(ical.PropRecurrenceRule); p != nil {
		if reason := x.rule(&set, p.Value, first); reason != "" {
			return nil, reason
		}
	} else {
		set.RDate(first)
	}
	for name, add := range map[string]func(time.Time){ical.PropExceptionDates: set.ExDate, ical.PropRecurrenceDates: set.RDate} {
		for _, p := range e.Props.Values(name) {
			for _, text := range strings.Split(p.Value, ",") {
				one := p
				one.Value = text
				when, err := one.DateTime(x.zone)
				if err != nil {
					return nil, badRule
				}
				add(when)
			}
		}
	}
	since, until := x.now().Add(-horizon), x.now().Add(horizon)
	next := set.Iterator()
	for d, ok := next(); ok && !d.After(until); d, ok = next() {
		if d.Before(since) {
			continue
		}
		if found = append(found, d); len(found) > maxDates {
			return nil, tooOften
		}
	}
	return found, ""
}

// rule puts a rule into a set.
func (x *expansion) rule(set *rrule.Set, text string, first time.Time) (reason string) {
	option, err := rrule.StrToROptionInLocation(text, first.Location())
	if err != nil || option.Interval < 0 || option.Count < 0 {
		return badRule
	}
	if option.Freq > rrule.DAILY || len(option.Byhour)+len(option.Byminute)+len(option.Bysecond) > 0 {
		return tooOften
	}
	option.Dtstart = first
	r, err := rrule.NewRRule(*option)
	if err != nil {
		return badRule
	}
	set.RRule(r)
	set.DTStart(first)
	return ""
}
