package rollups

import (
	"maps"
	"slices"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/oracle"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// under lets runs follow other rules until the test ends.
func under(t *testing.T, r warehouse.Rules) {
	usual := store.Rules
	store.Rules = r
	t.Cleanup(func() { store.Rules = usual })
}

// without leaves a column out of each row of some tables, and others tables out.
func without(all oracle.Tables, column string, tables ...string) oracle.Tables {
	kept := oracle.Tables{}
	for _, name := range tables {
		kept[name] = map[string]oracle.Row{}
		for key, row := range all[name] {
			row = maps.Clone(row)
			delete(row, column)
			kept[name][key] = row
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
