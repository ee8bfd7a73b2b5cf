package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestImportYears: ten years of logs, the years in any order, are stored whole, with a handful of parts
// a day at most. The shipper posts lines in the order in which they stand in a file, so a batch holds
// few days of a busy site, and many days of a quiet one only once.
func TestImportYears(t *testing.T) {
	const years, perDay = 10, 6
	r := rand.New(rand.NewPCG(5, 10))
	s := newSite(t)
	s.start(t)
	dir, total := t.TempDir(), 0
	for _, year := range r.Perm(years) {
		var log bytes.Buffer
		for day := time.Date(2010+year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2010+year; day = day.AddDate(0, 0, 1) {
			for i := range perDay {
				fmt.Fprintf(&log, "203.0.113.%d - - [%s] \"GET /%d HTTP/1.1\" 200 1 \"-\" \"x\"\n", r.IntN(250), day.Add(time.Duration(i)*time.Hour).Format("02/Jan/2006:15:04:05 -0700"), i)
				total++
			}
		}
		write(t, filepath.Join(dir, fmt.Sprintf("%d-%d.log", r.IntN(1000), year)), log.Bytes())
	}
	s.mustCommand(t, "shipper", "import", "--site", "years", "--token-file", filepath.Join(s.data, "server.token"), filepath.Join(dir, "*.log"))
	started := time.Now()
	s.untilFor(t, 10*time.Minute, "all views", func() bool { return s.metric(t, "footfall_consumer_insert_rows_total") >= float64(total) })
	t.Logf("took %s; %s", time.Since(started), s.stderr)
	s.await(t, "SELECT count() FROM page_views WHERE site = 'years'", strconv.Itoa(total))
	code, parts := s.sql(t, "default", "", "SELECT max(n), sum(n) FROM (SELECT count() AS n FROM system.parts WHERE active AND table = 'events' GROUP BY partition)")
	t.Logf("%d views of ten years: %d, most parts in a day and in all: %s", total, code, parts)
}
