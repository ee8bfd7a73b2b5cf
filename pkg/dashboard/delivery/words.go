package delivery

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Count writes a number in groups of three, with at most two decimals: 1,234,567.
func Count(f float64) string {
	whole, rest, _ := strings.Cut(strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64), ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}

// Duration writes milliseconds by their two largest units: 15 min 40 s. Those that are 0 are left out.
func Duration(ms float64) string {
	s := int64(math.Round(ms / 1000))
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min", s/60) + unlessZero(s%60, "s")
	}
	return Count(float64(s/3600)) + " h" + unlessZero(s%3600/60, "min")
}

func unlessZero(n int64, unit string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" %d %s", n, unit)
}

// Percent writes a share from 0 to 1.
func Percent(f float64) string { return fmt.Sprintf("%.1f %%", 100*f) }
