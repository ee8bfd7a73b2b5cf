package analysts

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

const grafana = "../../../grafana"

// dashboard is what the tests look at of Grafana's JSON model.
type dashboard struct {
	UID    string
	Panels []struct {
		ID          int
		Type, Title string
		Datasource  source
		GridPos     struct{ X, Y, W, H int }
		Targets     []target
	}
	Templating struct {
		List []struct {
			Name, Query string
			Datasource  source
		}
	}
}

type source struct{ Type, UID string }

type target struct {
	Datasource              source
	QueryType, RawSQL, Expr string
	Format                  int
}

func load(t *testing.T, name string) (d dashboard) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(grafana, "dashboards", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(d.Panels) < 10 || d.UID == "" {
		t.Fatalf("%s has %d panels", name, len(d.Panels))
	}
	return d
}

// expand does what the data source does before it sends a statement: macros, whose ends are UTC, and
// variables. https://grafana.com/docs/plugins/grafana-clickhouse-datasource lists them.
func expand(sql string, from, to time.Time) string {
	seconds := func(at time.Time) string { return "toDateTime(" + at.Format("'2006-01-02 15:04:05'") + ", 'UTC')" }
	date := func(at time.Time) string { return "toDate('" + at.Format(time.DateOnly) + "')" }
	sql = regexp.MustCompile(`\$__dateFilter\((\w+)\)`).ReplaceAllString(sql, "$1 >= "+date(from)+" AND $1 <= "+date(to))
	sql = regexp.MustCompile(`\$__timeFilter\((\w+)\)`).ReplaceAllString(sql, "$1 >= "+seconds(from)+" AND $1 <= "+seconds(to))
	return strings.NewReplacer("${site:singlequote}", "'"+site+"'", "${tz:singlequote}", "'Europe/Vienna'").Replace(sql)
}

// ends are those of a time range that holds all of the weeks.
var first, last = time.Date(2026, 1, 19, 8, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 20, 0, 0, 0, time.UTC)

// TestBusinessDashboard runs every statement as the data source does: as the analyst, over the native
// protocol, with a deadline.
func TestBusinessDashboard(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{db.NativeAddr}, Auth: clickhouse.Auth{Username: "analyst", Password: password}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ask := func(title, sql string) (columns []string, rows int) {
		t.Helper()
		sql = expand(sql, first, last)
		if strings.Contains(sql, "$") {
			t.Errorf("%s: the test cannot expand %s", title, sql)
		}
		r, err := conn.Query(ctx, sql)
		if err != nil {
			t.Fatalf("%s: %v", title, err)
		}
		defer r.Close()
		for r.Next() {
			rows++
		}
		if err := r.Err(); err != nil {
			t.Errorf("%s: %v", title, err)
		}
		return r.Columns(), rows
	}
	d := load(t, "business.json")
	for _, v := range d.Templating.List {
		if _, rows := ask(v.Name, v.Query); rows == 0 {
			t.Errorf("the variable %s has no value", v.Name)
		}
	}
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			columns, rows := ask(p.Title, q.RawSQL)
			if rows == 0 && p.Title != "Last 30 minutes" {
				t.Errorf("%s: no rows", p.Title)
			}
			if series := p.Type == "timeseries"; series != (q.QueryType == "timeseries" && q.Format == 0) || series != (columns[0] == "time") {
				t.Errorf("%s: a %s with the query type %s, the format %d and the first column %s", p.Title, p.Type, q.QueryType, q.Format, columns[0])
			}
		}
	}
}

// TestFirstPanels: the figures that people look at first follow from the views themselves.
func TestFirstPanels(t *testing.T) {
	panels := load(t, "business.json").Panels
	f := func(panel int, sql string) {
		t.Helper()
		got := query(t, expand(panels[panel].Targets[0].RawSQL, first, last))
		want := query(t, sql+" FROM daily_views WHERE site = {site:String} AND NOT is_bot", "param_site", site)
		if got != want || got == "0" {
			t.Errorf("%s: %s, want %s", panels[panel].Title, got, want)
		}
	}
	f(0, "SELECT count()")
	f(1, "SELECT countIf(begins) - countIf(continued)")
	f(2, "SELECT uniqExact(ip)")
	f(3, "SELECT sum(spent_ms) / countIf(kind != 'unknown')")
	f(4, "SELECT countIf(kind != 'unknown') / count()")
}

// TestPanels: each panel has a place of its own, and asks a data source that is provisioned.
func TestPanels(t *testing.T) {
	provisioned, err := os.ReadFile(filepath.Join(grafana, "provisioning", "datasources", "footfall.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"business.json", "operations.json"} {
		taken, ids := map[[2]int]string{}, map[int]bool{}
		for _, p := range load(t, name).Panels {
			if ids[p.ID] || len(p.Targets) == 0 {
				t.Errorf("%s: %s has an id twice, or no query", name, p.Title)
			}
			ids[p.ID] = true
			for _, q := range p.Targets {
				if q.Datasource != p.Datasource || !strings.Contains(string(provisioned), "uid: "+q.Datasource.UID+"\n    type: "+q.Datasource.Type+"\n") {
					t.Errorf("%s: %s asks %v, which is not provisioned", name, p.Title, q.Datasource)
				}
			}
			for x := range p.GridPos.W {
				for y := range p.GridPos.H {
					at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
					if taken[at] != "" || at[0] >= 24 {
						t.Errorf("%s: %s lies on %q or beside the grid", name, p.Title, taken[at])
					}
					taken[at] = p.Title
				}
			}
		}
	}
}

// TestOperationsDashboard: a started product shows every metric that the dashboard names.
func TestOperationsDashboard(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "footfall")
	if err := instance.Build(t.Context(), binary); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	accessLog := filepath.Join(folder, "access.log")
	line := `192.0.2.1 - - [` + time.Now().Format("02/Jan/2006:15:04:05 -0700") + `] "GET /a HTTP/1.1" 200 5 "-" "Firefox"` + "\n" +
		`192.0.2.1 - - [` + time.Now().Format("02/Jan/2006:15:04:05 -0700") + `] "GET /a.css HTTP/1.1" 200 5 "-" "Firefox"` + "\n"
	if err := os.WriteFile(accessLog, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	product, err := instance.New(binary, filepath.Join(folder, "data"), "FOOTFALL_SHIPPER_FILES="+accessLog, "FOOTFALL_SHIPPER_SITE=demo")
	if err != nil {
		t.Fatal(err)
	}
	if err := product.Start(); err != nil {
		t.Fatal(err)
	}
	defer product.Kill()
	wanted := map[string]bool{}
	for _, p := range load(t, "operations.json").Panels {
		for _, q := range p.Targets {
			for _, name := range regexp.MustCompile(`footfall_\w+`).FindAllString(q.Expr, -1) {
				wanted[name] = true
			}
		}
	}
	if len(wanted) < 15 {
		t.Fatalf("the dashboard names the metrics %v", wanted)
	}
	again, late := time.NewTicker(100*time.Millisecond), time.After(time.Minute)
	defer again.Stop()
	missing := absent(wanted, metrics(t, product))
	for waiting := true; len(missing) > 0 && waiting; missing = absent(wanted, metrics(t, product)) {
		select {
		case <-again.C:
		case <-late:
			waiting = false
		}
	}
	if len(missing) > 0 {
		t.Errorf("a running product does not show %v", missing)
	}
}

// absent are the names of which no series is shown.
func absent(names map[string]bool, shown string) map[string]bool {
	missing := map[string]bool{}
	for name := range names {
		if !regexp.MustCompile(`(?m)^` + name + `[{ ]`).MatchString(shown) {
			missing[name] = true
		}
	}
	return missing
}

func metrics(t *testing.T, product *instance.Instance) string {
	t.Helper()
	resp, err := http.Get("http://" + product.Addrs["ADMIN_ADDR"] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
