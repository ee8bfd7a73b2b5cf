package dashboard

import (
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// What is not one's own cannot be reached, whatever the question.
func TestOthersSites(t *testing.T) {
	example(t, "mine", ledger.Date{Year: 2023, Month: 5, Day: 7})
	example(t, "theirs", ledger.Date{Year: 2023, Month: 5, Day: 8})
	c := open(t, time.UTC, as{Name: "ann", Role: access.Admin, Sites: []string{"mine"}, Via: access.Session})
	questions := []string{"/summary", "/timeline", "/live", "/annotations", "/reports/pages", "/reports/pages/how", "/exports/pages", "/reports/views", "/reports/events"}
	for _, q := range questions {
		c.get(200, nil, "/sites/mine"+q)
		c.get(403, nil, "/sites/theirs"+q)
		c.get(403, nil, "/sites/nobodys"+q)
	}
	var list struct{ Sites []figures.SiteEntry }
	c.get(200, &list, "/sites")
	if len(list.Sites) != 1 || list.Sites[0].Key != "mine" {
		t.Errorf("the sites are %+v", list.Sites)
	}
}

// A share link answers its own question, whatever is asked.
func TestShare(t *testing.T) {
	example(t, "shared", ledger.Date{Year: 2023, Month: 5, Day: 9})
	share := access.Share{Site: "shared", Page: "pages", Query: "range=2023-05-09..2023-05-09&filter=path:/b"}
	c := open(t, time.UTC, as{Name: "a link", Role: access.Viewer, Via: access.Link, Share: &share})
	var table figures.Table
	for _, query := range [][]string{nil, {"filter", "path:/a"}, {"range", "2023-01-01..2023-12-31", "bots", "all"}, {"tz", "Asia/Kathmandu"}} {
		c.get(200, &table, "/sites/shared/reports/pages", query...)
		if len(table.Rows) != 1 || table.Rows[0]["path"] != "/b" || table.Asked.From != "2023-05-09" || table.Asked.Zone != "UTC" || table.Asked.Bots != "people" {
			t.Errorf("asked %v, the link answers %+v", query, table)
		}
	}
	c.get(200, nil, "/sites/shared/reports/pages/how")
	var file []byte
	c.get(200, &file, "/sites/shared/exports/pages", "range", "2023-01-01..2023-12-31", "bots", "all", "filter", "path:/a")
	if text := string(file); strings.Count(text, "\n") != 2 || !strings.Contains(text, "\n/b,") {
		t.Errorf("the link exports %s", text)
	}
	for _, q := range []string{"/reports/addresses", "/reports/views", "/exports/addresses", "/summary", "/timeline", "/live"} {
		c.get(403, nil, "/sites/shared"+q)
	}
	c.get(403, nil, "/sites/others/reports/pages")
	overview := access.Share{Site: "shared", Page: "overview", Query: "range=2023-05-09..2023-05-09"}
	c = open(t, time.UTC, as{Name: "a link", Role: access.Viewer, Via: access.Link, Share: &overview})
	c.get(200, nil, "/sites/shared/summary")
	c.get(200, nil, "/sites/shared/reports/pages")
	c.get(403, nil, "/sites/shared/reports/addresses")
	c.get(403, nil, "/sites/shared/live")
}
