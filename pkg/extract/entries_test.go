package extract

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "time/tzdata"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// parse reads a calendar of a file and writes what was read in short lines.
func parse(t *testing.T, kind, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "calendar")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	c := calendar{Name: "test", Kind: kind, File: file, TimeZone: "Europe/Vienna"}
	if err := c.prepare(Config{}.Outgoing, func() time.Time { return noon }); err != nil {
		t.Fatal(err)
	}
	read, err := c.read(t.Context(), nil)
	var f *failure
	if errors.As(err, &f) {
		return f.kind
	}
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range read.events {
		lines = append(lines, strings.Join([]string{e.ID, e.Title, e.Site, e.Starts.Format("0102T1504"), e.Ends.Format("0102T1504")}, " "))
	}
	for _, reason := range slices.Sorted(maps.Keys(read.refused)) {
		lines = append(lines, fmt.Sprintf("%s=%d", reason, read.refused[reason]))
	}
	if read.complete != (len(read.refused) == 0) {
		t.Errorf("complete = %t with %v refused", read.complete, read.refused)
	}
	return strings.Join(lines, "; ")
}

func TestCSV(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		if got := parse(t, "csv", content); got != want {
			t.Errorf("%q\ngives %s\nwant  %s", content, got, want)
		}
	}
	f("id,title,starts_at,ends_at,url,site\n1,Fair,2026-03-02T10:00:00Z,2026-03-02T12:00:00+01:00,,shop\n", "1 Fair shop 0302T1000 0302T1100")
	f("\uFEFFTitle, ID ,starts_at\r\nFair,1,2026-03-02 10:00\r\n", "1 Fair  0302T0900 0302T0900")
	f("id,title,starts_at,ends_at\n1,Day,2026-03-29,\n2,Days,2026-03-28,2026-03-29\n", "1 Day  0328T2300 0329T2200; 2 Days  0327T2300 0329T2200")
	bad := "id,title,starts_at,ends_at,last_updated\n1,ok,2026-03-02,,\n,x,2026-03-02,,\n2,,2026-03-02,,\n3,x,soon,,\n4,x,2026-03-02,later,\n5,x,2026-03-02,2026-03-01,\n" +
		"1,x,2026-03-02,,\n6,too few\n7,x,2026-03-02,,yesterday\n8,x,9999-01-01,,\n"
	f(bad, "1 ok  0301T2300 0302T2300; ends_at=1; ends_before_it_starts=1; last_updated=1; line=1; no_id=1; no_title=1; same_id=1; starts_at=2")
	f("id,title,starts_at\n", "")
	f("id,title,starts_at\n1,x,soon\n", nullField)
	f("<!DOCTYPE html>\n<p>hello", wrongFormat)
	f("", wrongFormat)
}

func TestJSON(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		if got := parse(t, "json", content); got != want {
			t.Errorf("%q\ngives %s\nwant  %s", content, got, want)
		}
	}
	f(`[{"id":"1","title":"Fair","starts_at":"2026-03-02T10:00:00Z"}]`, "1 Fair  0302T1000 0302T1000")
	f(`{"events":[{"id":"1","title":"Fair","starts_at":"2026-03-02"},7,{"id":"2","title":null}]}`, "1 Fair  0301T2300 0302T2300; line=1; starts_at=1")
	f(`[]`, "")
	f(`{"events":null}`, nullField)
	f(`null`, nullField)
	f(`[{"id":"1"`, truncated)
	f(`[] []`, wrongFormat)
	f(`<html>`, wrongFormat)
	f("", truncated)
}

func TestSourcesFile(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "sources.yaml")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Config{Sources: file}.Validate()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v, want %q", content, err, want)
		}
	}
	f("sources:\n- {name: fairs, kind: ics, url: 'https://example.com/a.ics', site: shop, every: 2h, time_zone: Europe/Vienna}\n- {name: own, kind: csv, file: own.csv}\n", "")
	f("sources: [{name: a, kind: csv, file: a}, {name: a, kind: csv, file: b}]", "another's")
	f("sources: [{name: launches, kind: csv, file: a}]", "neither launches")
	f("sources: [{name: a, kind: xml, file: a}]", "kind \"xml\"")
	f("sources: [{name: a, kind: csv}]", "either")
	f("sources: [{name: a, kind: csv, file: a, url: 'https://example.com/'}]", "either")
	f("sources: [{name: a, kind: csv, url: 'http://example.com/'}]", "https")
	f("sources: [{name: a, kind: csv, file: a, every: 1s}]", "at least")
	f("sources: [{name: a, kind: csv, file: a, time_zone: Mars/Base}]", "time_zone")
	f("sources: [{name: a, kind: csv, path: a}]", "path")
}
