package analysts

import (
	"net"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/clients"
)

const examples = "../../../examples"

// from and to bound the days that are asked for: not all that are published.
const from, to = "2026-01-20", "2026-01-30"

// run runs a program of the examples as the analyst.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(db.HTTPAddr)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(examples)
	env := []string{"CLICKHOUSE_HOST=" + host, "CLICKHOUSE_HTTP_PORT=" + port, "CLICKHOUSE_PASSWORD=" + password}
	out, err := clients.Run(t.Context(), env, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func python(t *testing.T) string {
	t.Helper()
	interpreter, err := clients.Python(t.Context(), filepath.Join(examples, "requirements.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return interpreter
}

// says compares the figure that an example prints behind a label with what SQL says.
func says(t *testing.T, output, label, sql string) {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + label + `: (\d+)$`).FindStringSubmatch(output)
	want := query(t, sql, "param_site", site, "param_from", from, "param_to", to)
	if found == nil || found[1] != want || want == "0" {
		t.Errorf("%s: the example says %q, want %s\n%s", label, found, want, output)
	}
}

const inRange = " WHERE site = {site:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot"

func TestPandas(t *testing.T) {
	out := run(t, python(t), "pandas_pages.py", site, from, to)
	says(t, out, "known milliseconds", "SELECT sum(spent_ms) FROM daily_site"+inRange)
}

func TestPolars(t *testing.T) {
	out := run(t, python(t), "polars_companies.py", site, from, to)
	says(t, out, "views of companies", "SELECT sum(accesses) FROM daily_networks"+inRange+" AND network_class = 'business'")
}

func TestSQLAlchemy(t *testing.T) {
	out := run(t, python(t), "sqlalchemy_sources.py", site, from, to)
	says(t, out, "visits", "SELECT sum(sessions - sessions_continued) FROM daily_site"+inRange)
}

func TestStreamlit(t *testing.T) {
	out := run(t, python(t), "streamlit_test.py", site)
	says(t, out, "views of people", "SELECT sum(accesses) FROM daily_site WHERE site = {site:String} AND NOT is_bot")
	says(t, out, "views with bots", "SELECT sum(accesses) FROM daily_site WHERE site = {site:String}")
	says(t, out, "views on the first day", "SELECT sum(accesses) FROM daily_site WHERE site = {site:String} AND day = (SELECT min(day) FROM daily_site)")
}

func TestJDBC(t *testing.T) {
	libs, err := clients.Java(t.Context(), filepath.Join(examples, "jdbc", "pom.xml"))
	if err != nil {
		t.Fatal(err)
	}
	out := run(t, "java", "-cp", libs, filepath.Join("jdbc", "PageTimes.java"), site, from, to)
	says(t, out, "known milliseconds", "SELECT sum(spent_ms) FROM daily_site"+inRange)
}
