package format

import (
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// time reads a time by the format's own layout, or else by its shape.
func (f *Format) time(s string) (time.Time, bool) {
	if f.form.layout == "" {
		return parseAnyTime(s)
	}
	t, err := time.Parse(f.form.layout, s)
	if err != nil {
		return time.Time{}, false
	}
	return inRange(t.UTC())
}

// parseAnyTime reads 17/May/2015:10:05:03 +0200, an RFC 3339 time, or a Unix time in seconds (with
// a fraction or without), milliseconds or microseconds, which their size tells apart.
func parseAnyTime(s string) (time.Time, bool) {
	if len(s) > 2 && s[2] == '/' {
		return parseTime(s)
	}
	if strings.ContainsAny(s, "T ") {
		return parseISO(s)
	}
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, false
	}
	switch {
	case n >= 1e14:
		return inRange(time.UnixMicro(n).UTC())
	case n >= 1e11:
		return inRange(time.UnixMilli(n).UTC())
	}
	ms, err := strconv.ParseUint((fraction + "000")[:3], 10, 16)
	if err != nil {
		return time.Time{}, false
	}
	return inRange(time.Unix(n, int64(ms)*int64(time.Millisecond)).UTC())
}

// parseISO reads RFC 3339 and its close relatives: a blank for the T, an offset without its colon.
func parseISO(s string) (time.Time, bool) {
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			return inRange(t.UTC())
		}
	}
	return time.Time{}, false
}

func inRange(t time.Time) (time.Time, bool) {
	return t.Truncate(time.Millisecond), !t.Before(event.Earliest) && t.Year() < 10000
}

// strftime are the conversions of C's strftime that a log may use, as Go's layouts write them.
var strftime = strings.NewReplacer(
	"%Y", "2006", "%y", "06", "%m", "01", "%b", "Jan", "%h", "Jan", "%B", "January", "%d", "02", "%e", "_2", "%a", "Mon", "%A", "Monday",
	"%H", "15", "%I", "03", "%M", "04", "%S", "05", "%p", "PM", "%z", "-0700", "%Z", "MST",
	"%F", "2006-01-02", "%T", "15:04:05", "%D", "01/02/06", "%R", "15:04", "%%", "%",
)
