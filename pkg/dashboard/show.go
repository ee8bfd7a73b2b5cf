package dashboard

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// show writes a cell for people: instants to the second, dates without a time, durations in words,
// whole numbers with thin spaces between the thousands.
func show(column string, value any) string {
	switch v := value.(type) {
	case time.Time:
		if v.Equal(v.Truncate(24*time.Hour)) && !strings.HasSuffix(column, "_at") {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format("2006-01-02 15:04:05") + " UTC"
	case *uint64:
		if v == nil {
			return "unknown"
		}
		return show(column, *v)
	case uint64:
		if strings.HasSuffix(column, "_ms") {
			return duration(v)
		}
		return grouped(v)
	case int64:
		if v < 0 {
			return strconv.FormatInt(v, 10)
		}
		return show(column, uint64(v))
	default:
		return fmt.Sprint(value)
	}
}

func duration(ms uint64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%s h %02d min", grouped(uint64(d.Hours())), int(d.Minutes())%60)
	}
}

func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
