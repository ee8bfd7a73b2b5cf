package main

import (
	"context"
	"fmt"
	"io"
	"text/template"
	"time"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
)

// banner is the last part to start: it waits until the others work and tells what to do next.
type banner struct {
	up      *Up
	process *daemon.Process
	analyst string
	opening accounts.Opening
	began   time.Time
	out     io.Writer
}

// readyWait bounds the wait; a process that is not ready by then shows why at /readyz.
const (
	readyWait  = time.Minute
	readyEvery = 20 * time.Millisecond
)

var next = template.Must(template.New("banner").Parse(`
Footfall is ready after {{.Seconds}} s.

  dashboard     {{.Dashboard.URL}}/
{{- if .Dashboard.Open}}
                opens without a password, to this machine only; --dashboard-sign-in=on changes that
{{- end}}
{{- if .Dashboard.FirstLink}}
                this link makes the first admin; it works once, within {{.Dashboard.FirstLinkFor}}:
                {{.Dashboard.FirstLink}}
{{- end}}
{{- if .Demo}}
  demo page     {{.Collector}}/demo
{{- end}}
  script tag    <script defer src="{{.Collector}}{{.Beacon}}" data-site="demo"></script>
                for another site: {{.Collector}}/tag or bin/footfall snippet; to check a page: bin/footfall doctor URL
  one event     curl {{.Collector}}/v1/events -d '{"site":"demo","type":"pageview","url":"http://demo/a"}'
  a log         bin/footfall shipper import --site demo /var/log/nginx/access.log
  today's days  bin/footfall rollup run --day today
  SQL           curl -u analyst:{{.Analyst}} '{{.HTTP}}/?query=SELECT+*+FROM+page_views+FORMAT+PrettyCompact'

  health and metrics at {{.Admin}}, data in {{.Data}}; stop with Ctrl-C.

`))

// opens keeps how the dashboard opens; the dashboard starts before the banner.
func (b *banner) opens(o accounts.Opening) { b.opening = o }

// Start prints once everything works.
func (b *banner) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	tick := time.NewTicker(readyEvery)
	defer tick.Stop()
	for !b.process.Health.Passing(ctx) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready after %s: %v", readyWait, b.process.Health.Ready(context.WithoutCancel(ctx)).Checks)
		case <-tick.C:
		}
	}
	u := b.up
	return next.Execute(b.out, map[string]any{
		"Seconds":   fmt.Sprintf("%.1f", time.Since(b.began).Seconds()),
		"Dashboard": b.opening, "Collector": u.collectorURL(), "Demo": u.Collector.Demo, "Beacon": u.Collector.BeaconPath,
		"HTTP": localURL(u.ClickhouseHTTPAddr), "Analyst": b.analyst, "Admin": localURL(u.AdminAddr), "Data": u.Data,
	})
}

// Stop has nothing to end.
func (b *banner) Stop(context.Context) error { return nil }
