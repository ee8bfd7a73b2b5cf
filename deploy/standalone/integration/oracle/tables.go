package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dchest/siphash"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

var (
	keys = map[string][]string{
		"daily_ip_access": {"site", "ip", "is_bot"},
		"daily_ip_time":   {"site", "ip", "path", "is_bot"},
		"daily_page_time": {"site", "path", "is_bot"},
		"daily_sessions":  {"site", "ip", "agent", "started_at"},
		viewsTable:        {"site", "ip", "agent", "started_at"},
		"daily_sources":   {"site", "channel", "referrer_host", "utm_source", "utm_medium", "utm_campaign", "is_bot"},
		"daily_networks":  {"site", "asn", "organisation", "network_class", "country", "is_bot"},
		"daily_cities":    {"site", "country", "city", "is_bot"},
		"daily_devices":   {"site", "device", "os", "browser", "is_bot"},
		"daily_site":      {"site", "is_bot"},
		eventsTable:       {"site", "event_id"},
	}
	times    = []string{"spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown"}
	sessions = []string{"accesses", "sessions", "sessions_continued", "bounces"}
	evidence = []string{"views_both", "views_log_only", "views_beacon_only"}
	// figures are the columns beside the key that are computed of a group.
	figures = map[string][]string{
		"daily_ip_access": slices.Concat(times, sessions, evidence, []string{"visitors", "shared", "pages", "first_seen", "last_seen"}),
		"daily_ip_time":   slices.Concat(times, []string{"accesses", "entries", "exits"}),
		"daily_page_time": slices.Concat(times, []string{"accesses", "entries", "exits", "addresses", "median_ms", "histogram"}),
		"daily_sessions":  slices.Concat(times, []string{"views", "continued", "bounce", "duration_ms", "entry_path", "exit_path"}),
		"daily_sources":   slices.Concat(times, sessions),
		"daily_networks":  slices.Concat(times, sessions, []string{"addresses"}),
		"daily_cities":    slices.Concat(times, sessions, []string{"addresses"}),
		"daily_devices":   slices.Concat(times, sessions, []string{"addresses"}),
		"daily_site":      slices.Concat(times, sessions, evidence, []string{"visitors", "addresses", "accesses_by_hour", "spent_ms_by_hour"}),
	}
	networkColumns = []string{"country", "asn", "organisation", "network_class", "city"}
	sourceColumns  = []string{"channel", "referrer_host", "utm_source", "utm_medium", "utm_campaign"}
	// others are columns beside key and figures: they come with the views.
	others = map[string][]string{
		"daily_ip_access": networkColumns,
		"daily_sessions":  slices.Concat(sourceColumns, []string{"is_bot"}),
	}
)

// tables groups the views of a day by the key of each table.
func tables(all []visit, day ledger.Day) Tables {
	out := Tables{viewsTable: viewRows(all, day)}
	for table, key := range keys {
		if table == viewsTable || table == eventsTable {
			continue
		}
		groups, given := map[string]*group{}, map[string]Row{}
		for _, v := range all {
			columns := attributes(v, table)
			k := textOf(columns, key)
			if groups[k] == nil {
				groups[k], given[k] = newGroup(day), Row{}
				for _, c := range slices.Concat(key, others[table]) {
					given[k][c] = columns[c]
				}
			}
			groups[k].add(v)
		}
		out[table] = map[string]Row{}
		for k, g := range groups {
			row := stated(day)
			maps.Copy(row, given[k])
			of := g.row()
			for _, c := range figures[table] {
				row[c] = of[c]
			}
			out[table][k] = row
		}
	}
	return out
}

// stated is what every row says.
func stated(day ledger.Day) Row {
	return Row{"day": day.Date.String(), "tz": day.Zone.String(), "definition_version": uint16(ledger.DefinitionVersion)}
}

// attributes are what a view can be grouped by. A session counts with the source of its first view, and
// as a bot when that one is; so it does in the table of sources.
func attributes(v visit, table string) Row {
	bot := v.bot
	if table == "daily_sessions" || table == "daily_sources" {
		bot = v.entry.bot
	}
	row := Row{
		"site": v.site, "ip": v.ip, "path": v.path, "is_bot": bot,
		"agent": siphash.Hash(0, 0, []byte(v.agent)), "started_at": v.entry.start.UTC(),
		"browser": v.device.browser, "os": v.device.os, "device": v.device.kind,
	}
	for i, text := range strings.Split(v.entry.source, "\t") {
		row[sourceColumns[i]] = text
	}
	for i, text := range strings.Split(v.network, "\t") {
		row[networkColumns[i]] = text
	}
	asn, _ := strconv.ParseUint(row["asn"].(string), 10, 32) // made by networkOf
	row["asn"] = uint32(asn)
	return row
}

// textOf tells rows apart.
func textOf(row Row, columns []string) string {
	texts := make([]string, len(columns))
	for i, c := range columns {
		texts[i] = fmt.Sprintf("%v", row[c])
	}
	return strings.Join(texts, " | ")
}
