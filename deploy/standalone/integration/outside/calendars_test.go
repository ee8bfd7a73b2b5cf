package outside

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/extract"
)

const calendarICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:w\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Weekly \\\\ 'talk'\r\n" +
	"DTSTART;TZID=Europe/Vienna:20260323T100000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// Calendars from servers and files come into the same table, and one that fails leaves the others alone.
func TestCalendars(t *testing.T) {
	empty(t)
	status := http.StatusOK
	base, out := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		if r.URL.Path == "/a.ics" {
			fmt.Fprint(w, calendarICS)
			return
		}
		fmt.Fprint(w, `[{"id":"1","title":"Sale","starts_at":"2026-04-01","site":"other"},{"id":"2","title":"No time"}]`)
	}))
	dir := t.TempDir()
	write := func(name, content string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := write("own.csv", "id,title,starts_at,ends_at,site\n1,Fair,2026-05-01,2026-05-03,blog\n")
	sources := write("sources.yaml", "sources:\n- {name: talks, kind: ics, url: '"+base+"/a.ics'}\n"+
		"- {name: sales, kind: json, url: '"+base+"/b.json', site: shop, time_zone: Europe/Vienna}\n- {name: fairs, kind: csv, file: '"+file+"', every: 5m}\n")
	r := newReader(t, extract.Config{Sources: sources, Outgoing: out})
	const events = "SELECT source, id, title, site, formatDateTime(starts_at, '%m%d %H', 'UTC'), formatDateTime(ends_at, '%m%d %H', 'UTC'), gone, stale " +
		"FROM external_events FINAL ORDER BY source, starts_at"
	r.after(0)
	says(t, "fairs|1|Fair|blog|0501 00|0504 00|false|false / sales|1|Sale|shop|0331 22|0401 22|false|false / "+
		`talks|w/20260323T090000Z|Weekly \\ \'talk\'||0323 09|0323 09|false|false / talks|w/20260330T080000Z|Weekly \\ \'talk\'||0330 08|0330 08|false|false`, events)
	status = http.StatusBadGateway
	write("own.csv", "id,title,starts_at\n2,Other fair,2026-06-01\n")
	r.after(hour)
	says(t, "fairs|1|Fair|blog|0501 00|0504 00|true|false / fairs|2|Other fair||0601 00|0602 00|false|false / sales|1|Sale|shop|0331 22|0401 22|false|true / "+
		`talks|w/20260323T090000Z|Weekly \\ \'talk\'||0323 09|0323 09|false|true / talks|w/20260330T080000Z|Weekly \\ \'talk\'||0330 08|0330 08|false|true`, events)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	r.after(hour)
	says(t, "fairs|file / sales|server_error / talks|server_error", "SELECT source, failure FROM external_sources FINAL ORDER BY source")
}
