package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

func main() {
	dir, _ := os.MkdirTemp("", "zz")
	e, err := engine.Open("/root/.cache/ff-lib/package/libchdb.so", dir, engine.Options{})
	if err != nil {
		panic(err)
	}
	c, err := e.Connect(context.Background(), nil)
	if err != nil {
		panic(err)
	}
	run := func(name, sql string, kv ...string) {
		var ps []engine.Param
		for i := 0; i+1 < len(kv); i += 2 {
			ps = append(ps, engine.Param{Name: kv[i], Value: kv[i+1]})
		}
		r, err := c.Exec(context.Background(), engine.Statement{SQL: sql, Format: "PrettyCompact", Params: ps})
		if err != nil {
			fmt.Println("ERR", name, err)
			return
		}
		fmt.Println("ok", name, string(r.Data))
	}
	file := func(name string, kv ...string) {
		b, err := os.ReadFile("../../schemas/" + name + ".sql")
		if err != nil {
			panic(err)
		}
		run(name, string(b), kv...)
	}
	fs, _ := filepath.Glob("../../schemas/tables/*.sql")
	sort.Strings(fs)
	for _, f := range fs {
		file(strings.TrimSuffix(strings.TrimPrefix(f, "../../schemas/"), ".sql"))
	}
	ins := func(view int, t string, kind string, witness string, path string, engaged int, recv string) {
		run("ins", fmt.Sprintf("INSERT INTO events (site,ip,view_id,kind,event_time,event_id,received_time,witness,path,engaged_ms,user_agent) VALUES ('demo','1.2.3.4','00000000-0000-7000-8000-00000000000%d','%s','%s',%d,'%s','%s','%s',%d,'ua')", view, kind, t, view*10+engaged, recv, witness, path, engaged))
	}
	d := "2026-01-01 "
	ins(1, d+"10:00:00", "pageview", "beacon", "/a", 0, d+"10:00:00")
	ins(1, d+"10:00:40", "engagement", "beacon", "/a", 40000, d+"10:00:40")
	ins(2, d+"10:05:00", "pageview", "log", "/b", 0, d+"10:05:00")
	ins(3, d+"10:20:00", "pageview", "log", "/c", 0, d+"10:05:00")
	ins(4, d+"11:30:00", "pageview", "log", "/a", 0, d+"10:05:00")
	run("pv", "select site,view_id,ip,started_at,engaged_ms,path,witnesses from page_views order by started_at")
	file("rollups/create_views", "views", "staging_x_views")
	file("rollups/fill_views", "views", "staging_x_views", "read_from", "2025-12-31 00:00:00.000", "read_to", "2026-01-03 00:00:00.000", "all_sites", "true", "sites", "[]", "buckets", "1", "bucket", "0")
	run("v", "select * from staging_x_views")
	file("rollups/create_visits", "visits", "staging_x_visits")
	file("rollups/fill_visits", "views", "staging_x_views", "visits", "staging_x_visits", "day_start", "2026-01-01 00:00:00.000", "day_end", "2026-01-02 00:00:00.000", "buckets", "1", "bucket", "0")
	run("v", "select * from staging_x_visits")
	for _, t := range []string{"daily_ip_access", "daily_ip_time"} {
		file("rollups/create_"+t, "staging", "staging_x_"+t)
		file("rollups/fill_"+t, "staging", "staging_x_"+t, "visits", "staging_x_visits", "day", "2026-01-01", "tz", "UTC", "definition_version", "1")
		file("rollups/merge_staging", "staging", "staging_x_"+t)
		file("rollups/sum_"+t, "source", "staging_x_"+t, "day", "2026-01-01", "tz", "UTC")
		file("rollups/open_door_"+t, "staging", "staging_x_"+t)
		file("rollups/publish_"+t, "day", "2026-01-01", "tz", "UTC")
		file("rollups/close_door_" + t)
		file("rollups/sum_"+t, "source", t, "day", "2026-01-01", "tz", "UTC")
		run("t", "select * from "+t+" format Vertical")
	}
	file("rollups/sum_visits", "source", "staging_x_visits")
	file("rollups/staging_tables")
	file("rollups/stored_days", "tz", "Europe/Vienna", "all_sites", "true", "sites", "[]")
	file("rollups/job_runs", "job", "daily", "from", "1970-01-01", "to", "2149-01-01", "limit", "10")
	file("reports/today_by_site", "day_start", "2026-01-01 00:00:00.000", "day_end", "2026-01-02 00:00:00.000", "limit", "10")
	file("reports/daily_by_site", "limit", "10")
	run("key", "EXPLAIN actions=0 SELECT site, ip, toUInt128(view_id) v, count() FROM events GROUP BY site, ip, v SETTINGS optimize_aggregation_in_order=1")
	c.Close()
}
