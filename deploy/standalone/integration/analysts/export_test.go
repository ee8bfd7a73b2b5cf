package analysts

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/clients"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// export runs the command.
func export(args ...string) (code int, stdout, stderr string) {
	var out, trouble bytes.Buffer
	args = append(args, "--clickhouse-addr="+db.NativeAddr, "--clickhouse-user=analyst", "--clickhouse-password="+password, "--time-zone=Europe/Vienna")
	code = daemon.Main("export", "", &services.Export{}, args, &out, &trouble)
	return code, out.String(), trouble.String()
}

func exported(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	code, stdout, stderr := export(args...)
	if code != 0 {
		t.Fatalf("code %d: %s", code, stderr)
	}
	return stdout
}

// TestExportIsWhatSQLSays: Polars reads the files of every table, and compares them row by row with
// what the table holds.
func TestExportIsWhatSQLSays(t *testing.T) {
	interpreter := python(t)
	for _, sites := range [][]string{nil, {oddSite, freshSite}} {
		folder := t.TempDir()
		args := []string{"--from=" + from, "--to=" + to, "--format=parquet", "--to-dir=" + folder}
		condition := "day BETWEEN '" + from + "' AND '" + to + "'"
		if sites != nil {
			args = append(args, "--site="+strings.Join(sites, ","))
			condition += " AND site IN ('" + strings.Join(sites, "', '") + "')"
		}
		exported(t, args...)
		script := append([]string{filepath.Join("testdata", "same_rows.py"), db.HTTPAddr, password, folder, condition}, warehouse.Published...)
		out, err := clients.Run(t.Context(), nil, interpreter, script...)
		if err != nil || !strings.HasSuffix(out, "passed\n") {
			t.Errorf("sites %v: %s%v", sites, out, err)
		}
	}
}

// TestExportAsText: the same rows as CSV, with formulas made harmless, to standard output and to a file.
func TestExportAsText(t *testing.T) {
	args := []string{"--from=" + from, "--to=" + to, "--table=daily_networks"}
	path := filepath.Join(t.TempDir(), "networks.csv")
	out := exported(t, append(args, "-o", "-")...)
	exported(t, append(args, "-o", path)...)
	file, err := os.ReadFile(path)
	if err != nil || string(file) != out {
		t.Errorf("the file holds %d bytes, standard output %d: %v", len(file), len(out), err)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var organisations []string
	for _, r := range rows[1:] {
		organisations = append(organisations, r[slices.Index(rows[0], "organisation")])
	}
	answer := query(t, "SELECT organisation FROM daily_networks WHERE day BETWEEN {from:Date} AND {to:Date} ORDER BY day, site, asn, organisation",
		"param_from", from, "param_to", to, "default_format", "TSVRaw")
	want := strings.Split(strings.ReplaceAll(answer, "@SUM", "'@SUM"), "\n")
	slices.Sort(want)
	slices.Sort(organisations)
	if diff := cmp.Diff(want, organisations); diff != "" || !slices.Contains(want, `'@SUM("a",b)`) {
		t.Errorf("organisations (-sql +csv):\n%s", diff)
	}
}

// TestExportNamesMissingDays: the 5th of February has a view and no run; the days before it have no
// view, and need none.
func TestExportNamesMissingDays(t *testing.T) {
	folder := t.TempDir()
	f := func(code int, stderr string, args ...string) {
		t.Helper()
		got, _, trouble := export(append(args, "--table=daily_site", "--to-dir="+folder)...)
		if got != code || !strings.Contains(trouble, stderr) {
			t.Errorf("%v: code %d, want %d; it says %q, want %q", args, got, code, trouble, stderr)
		}
	}
	f(1, "2026-02-05 Europe/Vienna is not published\n", "--from=2026-01-31", "--to=2026-02-05")
	f(1, "--allow-missing", "--from=2026-02-05", "--to=2026-02-05")
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
		t.Errorf("a refused export left %v: %v", entries, err)
	}
	f(0, "2026-02-05 Europe/Vienna is not published\n", "--from=2026-01-31", "--to=2026-02-05", "--allow-missing")
	f(0, "2026-02-01 Europe/Vienna is provisional", "--from=2026-01-31", "--to=2026-02-04")
	f(0, "daily_site  2 days  3 rows", "--from=2026-01-30", "--to=2026-01-31")
	f(0, "nothing is stored of the site misspelt from 2026-01-30 to 2026-01-31\n", "--from=2026-01-30", "--to=2026-01-31", "--site=misspelt")
	f(0, "nothing is stored of any site from 2140-01-30 to 2140-01-31\n", "--from=2140-01-30", "--to=2140-01-31")
}

func TestExportRefuses(t *testing.T) {
	f := func(code int, stderr string, args ...string) {
		t.Helper()
		got, _, trouble := export(append([]string{"--from=2026-01-19", "--to=2026-01-20"}, args...)...)
		if got != code || !strings.Contains(trouble, stderr) {
			t.Errorf("%v: code %d, want %d; it says %q, want %q", args, got, code, trouble, stderr)
		}
	}
	f(2, "--to-dir", "--table=daily_site")
	f(2, "can't be used together", "--table=daily_site", "--to-dir=x", "-o", "y")
	f(2, "events", "--table=events", "-o", "-")
	f(2, "-o takes one --table", "-o", "-")
	f(2, "xlsx", "--format=xlsx", "--table=daily_site", "-o", "-")
	f(1, "before it begins", "--to=2026-01-01", "--table=daily_site", "-o", "-")
	f(1, `site "no site"`, "--site=no site", "--table=daily_site", "-o", "-")
}
