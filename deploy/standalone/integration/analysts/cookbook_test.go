package analysts

import (
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/schemas"
)

// A recipe is a file of the cookbook, as its comment describes it.
type recipe struct {
	name, text string
	question   string
	params     []string          // in the comment's order
	example    string            // the SET statement
	values     map[string]string // of the example
}

var (
	setValue  = regexp.MustCompile(`param_(\w+) = ('[^']*'|\d+)`)
	parameter = regexp.MustCompile(`\{(\w+):[^}]+\}`)
	described = regexp.MustCompile(`(?m)^-- (\w+) {2,}\S`)
)

func cookbook(t *testing.T) (all []recipe) {
	t.Helper()
	names, err := fs.Glob(schemas.Cookbook, "cookbook/*.sql")
	if err != nil || len(names) < 20 {
		t.Fatalf("the cookbook holds %d questions, want 20 or more: %v", len(names), err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(schemas.Cookbook, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parse(t, strings.TrimSuffix(filepath.Base(name), ".sql"), string(b)))
	}
	return all
}

func parse(t *testing.T, name, text string) recipe {
	t.Helper()
	r := recipe{name: name, text: text, values: map[string]string{}}
	question, _, _ := strings.Cut(text, "\n")
	r.question = strings.TrimPrefix(question, "-- ")
	for _, m := range described.FindAllStringSubmatch(text, -1) {
		r.params = append(r.params, m[1])
	}
	if _, after, found := strings.Cut(text, "\n-- SET "); found {
		set, _, _ := strings.Cut(after, ";\n")
		r.example = strings.ReplaceAll("SET "+set, "\n--", "\n")
	}
	for _, m := range setValue.FindAllStringSubmatch(r.example, -1) {
		r.values[m[1]] = strings.Trim(m[2], "'")
	}
	return r
}

// TestCookbook pastes the example's parameters and then the file, as a person does, and compares what
// comes with what was reviewed.
func TestCookbook(t *testing.T) {
	for _, r := range cookbook(t) {
		t.Run(r.name, func(t *testing.T) {
			query(t, r.example, "session_id", r.name)
			golden(t, filepath.Join("testdata", r.name+".txt"), query(t, r.text, "session_id", r.name, "default_format", "TSVWithNames")+"\n")
		})
	}
}

// TestCookbookComments: each file says what it asks, and describes exactly the parameters that it has.
func TestCookbookComments(t *testing.T) {
	for _, r := range cookbook(t) {
		used := map[string]bool{}
		for _, m := range parameter.FindAllStringSubmatch(r.text, -1) {
			used[m[1]] = true
		}
		want := slices.Sorted(maps.Keys(used))
		if diff := cmp.Diff(want, slices.Sorted(slices.Values(r.params))); diff != "" {
			t.Errorf("%s: parameters (-used +described):\n%s", r.name, diff)
		}
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(r.values))); diff != "" {
			t.Errorf("%s: parameters (-used +in the example):\n%s", r.name, diff)
		}
		if !strings.HasSuffix(r.question, "?") {
			t.Errorf("%s: the first line is %q, want a question", r.name, r.question)
		}
	}
}

// TestCookbookList holds the list that people read against the files.
func TestCookbookList(t *testing.T) {
	var list strings.Builder
	list.WriteString("# Questions that marketing asks\n\n" +
		"Each file is one statement with typed parameters. Paste the `SET` line of its comment into any ClickHouse client, with your own\n" +
		"values, and then the file. Over HTTP the parameters go into the URL instead: `&param_site=example.com`.\n\n" +
		"| question | file |\n|---|---|\n")
	for _, r := range cookbook(t) {
		fmt.Fprintf(&list, "| %s | [%s.sql](%s.sql) |\n", r.question, r.name, r.name)
	}
	list.WriteString("\nThis list is written by `go test ./integration/analysts -run List -update` in `deploy/standalone`.\n")
	golden(t, "../../../../schemas/cookbook/README.md", list.String())
}

// TestCookbookOnOddDays: the questions also run on days with clock changes, shuffled and repeated
// events, and figures that are missing.
func TestCookbookOnOddDays(t *testing.T) {
	for _, r := range cookbook(t) {
		for seed := range uint64(3) {
			day, err := traffic.New("odd", seed)
			if err != nil {
				t.Fatal(err)
			}
			settings := []string{}
			for name, value := range r.values {
				switch name {
				case "site":
					value = day.Sites[0]
				case "tz":
					value = day.Zone.String()
				case "from", "to", "day", "week":
					value = day.Date.String()
				}
				settings = append(settings, "param_"+name, value)
			}
			query(t, r.text, settings...)
		}
	}
}

// TestNextViewsCutVisitsAsSessionsAre: question 04 cuts visits in page_views by itself; the rollup's
// sessions end on a page as often.
func TestNextViewsCutVisitsAsSessionsAre(t *testing.T) {
	for _, r := range cookbook(t) {
		if r.name != "04_what_is_read_next" {
			continue
		}
		query(t, r.example, "session_id", "next")
		ends := "SELECT sum(views) FROM (" + r.text + ") WHERE next LIKE '(%'"
		exits := "SELECT sum(exits) FROM daily_page_time WHERE site = {site:String} AND path = {path:String} AND NOT is_bot"
		if got, want := query(t, ends, "session_id", "next"), query(t, exits, "session_id", "next"); got != want || got == "0" {
			t.Errorf("%s visits end on the page, want the %s exits of daily_page_time", got, want)
		}
	}
}
