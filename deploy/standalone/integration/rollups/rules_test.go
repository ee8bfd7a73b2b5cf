package rollups

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/oracle"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/traffic"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// under lets runs follow other rules until the test ends.
func under(t *testing.T, r warehouse.Rules) {
	usual := store.Rules
	store.Rules = r
	t.Cleanup(func() { store.Rules = usual })
}

// without counts the rows of some tables by all that they say but for one column.
func without(all oracle.Tables, column string, tables ...string) oracle.Tables {
	kept := oracle.Tables{}
	for _, name := range tables {
		kept[name] = map[string]oracle.Row{}
		for _, row := range all[name] {
			row = maps.Clone(row)
			delete(row, column)
			text := fmt.Sprint(row)
			n, _ := kept[name][text]["rows"].(int)
			kept[name][text] = oracle.Row{"rows": n + 1}
		}
	}
	return kept
}

// TestOtherChannels: a day that is run again under other lists has other channels, and nothing else has
// changed: the tables without channels keep their checksums.
func TestOtherChannels(t *testing.T) {
	day := random(t, "other-channels", 4)
	insert(t, day.Events)
	before := runDay(t, day.Day, day.Sites...)
	old := published(t, day.Day)

	own, err := rules.Read(rules.Config{})
	if err != nil {
		t.Fatal(err)
	}
	usual := store.Rules
	if own.Channels, err = rules.ParseChannels([]byte(`{"version": "own 1", "hosts": {"social": ["google.*", "search.example", "chatgpt.com"]}}`)); err != nil {
		t.Fatal(err)
	}
	under(t, own)
	after := runDay(t, day.Day, day.Sites...)
	labelled := []string{"daily_sessions", "daily_sources", "daily_views"}
	for table, sum := range after.Checksums {
		if changed := sum != before.Checksums[table]; changed != slices.Contains(labelled, table) {
			t.Errorf("%s: changed is %t", table, changed)
		}
	}
	rows := published(t, day.Day)
	if diff := oracle.Diff(without(old, "channel", "daily_sessions", "daily_views"), without(rows, "channel", "daily_sessions", "daily_views")); diff != "" {
		t.Errorf("beside the channels (-before +after):\n%s", diff)
	}
	for key, row := range rows["daily_sessions"] {
		if row["referrer_host"] == "search.example" && row["utm_source"] == "" && row["channel"] == "referral" {
			t.Errorf("%s still has the old channel", key)
		}
	}
	store.Rules = usual
	if again := runDay(t, day.Day, day.Sites...); !maps.Equal(again.Checksums, before.Checksums) {
		t.Errorf("under the first rules: %v, want %v", again.Checksums, before.Checksums)
	}
}

// TestBots: user-agents are judged when a day is computed: what was noted of them when the events were
// recorded does not count, and other lists mark history anew. Beside the marks nothing changes.
func TestBots(t *testing.T) {
	day := random(t, "bots", 5)
	day.WithPrograms()
	insert(t, day.Events)
	before := runDay(t, day.Day, day.Sites...)
	compare(t, day.Events, day.Day)
	old := published(t, day.Day)

	own, err := rules.Read(rules.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if own.Bots, err = rules.ParseBots([]byte(`{"version": "own", "crawlers": ["^Acme "], "people": ["Googlebot"]}`), []byte("# no list\n")); err != nil {
		t.Fatal(err)
	}
	usual := store.Rules
	under(t, own)
	runDay(t, day.Day, day.Sites...)
	rows := published(t, day.Day)
	columns := func(all oracle.Tables) oracle.Tables { return without(all, "is_bot", "daily_sessions") }
	if diff := oracle.Diff(columns(old), columns(rows)); diff != "" {
		t.Errorf("beside the marks (-before +after):\n%s", diff)
	}
	if cmp.Equal(marks(old), marks(rows)) {
		t.Errorf("marks are %v under both lists", marks(rows))
	}
	store.Rules = usual
	if again := runDay(t, day.Day, day.Sites...); !maps.Equal(again.Checksums, before.Checksums) {
		t.Errorf("under the first rules: %v, want %v", again.Checksums, before.Checksums)
	}
}

// TestHabits: what a visitor does in a day tells a program on one side of each number and a reader on the
// other. Other numbers mark history anew, and beside the marks nothing changes.
func TestHabits(t *testing.T) {
	day := random(t, "habits", 6)
	withHabits(t, &day, 6)
	insert(t, day.Events)
	before := runDay(t, day.Day, day.Sites...)
	compare(t, day.Events, day.Day)
	old := published(t, day.Day)
	inUse, tooFew, tooMany := day.Sites[3], day.Sites[4], day.Sites[5]
	f := func(rows oracle.Tables, site string, want ...int) {
		t.Helper()
		var got []int
		for _, row := range rows["daily_ip_access"] {
			if ip := row["ip"].(netip.Addr); row["site"] == site && row["is_bot"] == true {
				octets := ip.AsSlice()
				got = append(got, int(octets[len(octets)-1]))
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: bots are the visitors %d, want %d", site, got, want)
		}
	}
	f(old, inUse, traffic.Fast, traffic.SeenTwiceAndFast, traffic.Silent)
	f(old, tooFew, traffic.Fast, traffic.SeenTwiceAndFast)
	f(old, tooMany, traffic.Fast, traffic.SeenTwiceAndFast)
	explained(t, day.Day, inUse, map[byte]string{
		traffic.Fast: "by rate: 61 views", traffic.FastEnough: "", traffic.SeenTwice: "", traffic.SeenTwiceAndFast: "by rate: 61 views",
		traffic.Silent: "by log without beacon: only the log knows of its 100 views", traffic.NotSilentEnough: "", traffic.HeardOnce: "",
	})
	explained(t, day.Day, tooMany, map[byte]string{traffic.Silent: "", traffic.Fast: "by rate: 61 views"})

	usual := store.Rules
	anew := func(numbers map[string]any) oracle.Tables {
		t.Helper()
		under(t, withNumbers(t, numbers))
		runDay(t, day.Day, day.Sites...)
		rows := published(t, day.Day)
		columns := func(all oracle.Tables) oracle.Tables { return without(all, "is_bot", "daily_sessions") }
		if diff := oracle.Diff(columns(old), columns(rows)); diff != "" {
			t.Errorf("beside the marks (-before +after):\n%s", diff)
		}
		return rows
	}
	f(anew(map[string]any{"rate": nil, "log_without_beacon": nil}), inUse)
	silent := map[string]any{"views": 99, "common_addresses": 19, "common_percent": 19}
	rows := anew(map[string]any{"rate": map[string]any{"views": 59, "seconds": 60}, "log_without_beacon": silent})
	fast := []int{
		traffic.Fast, traffic.FastEnough, traffic.NotManyEnough, traffic.TwoAgents, traffic.SentTwice, traffic.SeenTwice, traffic.SeenTwiceAndFast,
	}
	// The visitor who comes by IPv6, too.
	all := slices.Concat(fast, []int{traffic.Silent, traffic.Silent, traffic.NotSilentEnough, traffic.SilentAcrossMidnight})
	f(rows, inUse, all...)
	f(rows, tooFew, slices.Concat(fast, []int{traffic.Silent, traffic.NotSilentEnough, traffic.SilentAcrossMidnight})...)
	f(rows, tooMany, all...)
	store.Rules = usual
	if again := runDay(t, day.Day, day.Sites...); !maps.Equal(again.Checksums, before.Checksums) {
		t.Errorf("under the first rules: %v, want %v", again.Checksums, before.Checksums)
	}
}

// explained: the explanation of a visitor at 198.51.0.x says why it is a bot, or that it is none.
func explained(t *testing.T, day ledger.Day, site string, want map[byte]string) {
	t.Helper()
	for visitor, reason := range want {
		var out strings.Builder
		err := services.NewExplainer(store).Explain(t.Context(), &out, sites.Site{Key: site, Zone: day.Zone}, day, netip.AddrFrom4([4]byte{198, 51, 0, visitor}))
		if err != nil {
			t.Fatal(err)
		}
		if text := out.String(); !strings.Contains(text, reason) || strings.Contains(text, "A bot by") != (reason != "") {
			t.Errorf("%s, visitor %d: want the reason %q in:\n%s", site, visitor, reason, text)
		}
	}
}

// withNumbers are the rules in force with other numbers.
func withNumbers(t *testing.T, numbers map[string]any) rules.Rules {
	t.Helper()
	r, err := rules.Read(rules.Config{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := rules.Files.ReadFile("bots.json")
	if err != nil {
		t.Fatal(err)
	}
	crawlers, err := rules.Files.ReadFile("crawlers.txt")
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string]any{}
	if err := json.Unmarshal(file, &lists); err != nil {
		t.Fatal(err)
	}
	maps.Copy(lists, numbers)
	if file, err = json.Marshal(lists); err != nil {
		t.Fatal(err)
	}
	if r.Bots, err = rules.ParseBots(file, crawlers); err != nil {
		t.Fatal(err)
	}
	return r
}

// marks counts the sessions of bots and of people.
func marks(all oracle.Tables) map[any]int {
	n := map[any]int{}
	for _, row := range all["daily_sessions"] {
		n[row["is_bot"]]++
	}
	return n
}
