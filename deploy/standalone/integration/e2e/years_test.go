package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

var years = flag.Int("years", 2, "years of logs that are imported at once")

// TestImportYears: years of a quiet site's logs, in any order, are stored whole, with a handful of
// parts a day at most.
func TestImportYears(t *testing.T) {
	const perDay = 6
	r := rand.New(rand.NewPCG(5, 10))
	s := newSite(t)
	s.start(t)
	dir, total := t.TempDir(), 0
	for _, year := range r.Perm(*years) {
		var log bytes.Buffer
		for day := time.Date(2010+year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2010+year; day = day.AddDate(0, 0, 1) {
			for i := range perDay {
				fmt.Fprintf(&log, "203.0.113.%d - - [%s] \"GET /%d HTTP/1.1\" 200 1 \"-\" \"x\"\n", r.IntN(250), day.Add(time.Duration(i)*time.Hour).Format("02/Jan/2006:15:04:05 -0700"), i)
				total++
			}
		}
		write(t, filepath.Join(dir, fmt.Sprintf("%d-%d.log", r.IntN(1000), year)), log.Bytes())
	}
	s.mustCommand(t, "shipper", "import", "--site", "years", "--token-file", s.TokenFile(), filepath.Join(dir, "*.log"))
	s.untilFor(t, 10*time.Minute, "all rows", func() bool { return s.metric(t, "footfall_consumer_insert_rows_total") >= float64(total) })
	s.await(t, "SELECT count() FROM page_views WHERE site = 'years'", strconv.Itoa(total))
	const parts = "SELECT count(), uniqExact(partition) FROM system.parts WHERE active AND table = 'events'"
	code, counts := s.sql(t, "default", "", parts)
	var all, days int
	if _, err := fmt.Sscan(counts, &all, &days); err != nil || code != http.StatusOK || all > 5*days {
		t.Errorf("%d parts of %d days: %d %s, %v", all, days, code, counts, err)
	}
	t.Logf("%d views of %d days in %d parts", total, days, all)
}
