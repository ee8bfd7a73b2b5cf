package ui

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

// The seeded visits: a shop's, from Monday to the Sunday after next.
const (
	site     = "shop.example"
	firstDay = "2026-03-02"
	lastDay  = "2026-03-15"
	question = "site=" + site + "&range=" + firstDay + ".." + lastDay
)

// payloads are what attackers send in place of names. In a page that took one for HTML it would run.
var payloads = []string{`<img src=x onerror=window.hit=1>`, `"><script>window.hit=1</script>`, `javascript:window.hit=1`, `{{constructor.constructor('window.hit=1')()}}`, `=cmd|'/c calc'!A1`}

var (
	agents = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
		payloads[0],
	}
	paths     = []string{"/", "/", "/", "/pricing", "/pricing", "/docs/install", "/blog/unknown-is-not-zero", "/blog/two-witnesses", "/contact", "/" + payloads[1]}
	referrers = []string{"", "", "", "https://search.example/?q=footfall", "https://news.example/item?id=7", "https://partner.example/", "https://evil.example/" + payloads[0]}
	campaigns = []string{"", "", "", "", "spring", payloads[0]}
)

// seed posts the visits of the first days, and publishes these.
func seed(ctx context.Context, p *instance.Instance, days int) error {
	r := rand.New(rand.NewPCG(8, 8))
	first, err := time.Parse(time.DateOnly, firstDay)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	for day := range days {
		visits := 30 + r.IntN(10)
		if day%7 > 4 {
			visits /= 2 // a weekend
		}
		for range visits {
			visit(r, out, first.AddDate(0, 0, day).Add(time.Duration(7*3600+r.IntN(14*3600))*time.Second))
		}
	}
	readers(out)
	if err := post(ctx, p, &lines); err != nil {
		return err
	}
	printed, err := p.Command(ctx, "rollup", "backfill", "--from", firstDay, "--to", first.AddDate(0, 0, days-1).Format(time.DateOnly))
	if err != nil {
		return fmt.Errorf("backfill: %w: %s", err, printed)
	}
	return nil
}

// visit writes the events of one visitor.
func visit(r *rand.Rand, out *json.Encoder, at time.Time) {
	agent, referrer, campaign := agents[r.IntN(len(agents))], referrers[r.IntN(len(referrers))], campaigns[r.IntN(len(campaigns))]
	address := fmt.Sprintf("203.0.113.%d", r.IntN(90))
	for range 1 + r.IntN(5) {
		path := paths[r.IntN(len(paths))]
		page := map[string]any{
			"site": site, "type": "pageview", "url": "https://" + site + path, "view_id": id(r), "event_id": id(r), "time": at.Format(time.RFC3339),
			"address": address, "user_agent": agent, "referrer": referrer, "title": "Page " + payloads[1], "witness": []string{"beacon", "beacon", "log"}[r.IntN(3)],
		}
		if campaign != "" {
			page["utm_campaign"] = campaign
		}
		_ = out.Encode(page) // into memory
		length := time.Duration(3+r.IntN(240)) * time.Second
		if page["witness"] == "beacon" && r.IntN(4) > 0 {
			engaged := length * 3 / 4
			ping := map[string]any{"site": site, "type": "engagement", "url": page["url"], "view_id": page["view_id"], "event_id": id(r), "witness": "api",
				"time": at.Add(length).Format(time.RFC3339), "address": address, "user_agent": agent, "engaged_ms": engaged.Milliseconds()}
			_ = out.Encode(ping)
		}
		if path == "/pricing" && r.IntN(3) == 0 {
			signup := map[string]any{"site": site, "type": "custom", "name": "signup", "url": page["url"], "view_id": page["view_id"], "event_id": id(r), "witness": "api",
				"time": at.Add(length / 2).Format(time.RFC3339), "address": address, "user_agent": agent, "props": map[string]string{"plan": "pro", "note": payloads[0]}}
			_ = out.Encode(signup)
		}
		at, referrer, campaign = at.Add(length), "https://"+site+path, ""
	}
}

// id draws a UUID.
func id(r *rand.Rand) string {
	b := make([]byte, 16)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	h := hex.EncodeToString(b)
	return strings.Join([]string{h[:8], h[8:12], "7" + h[13:16], "8" + h[17:20], h[20:]}, "-")
}

func post(ctx context.Context, p *instance.Instance, lines io.Reader) error {
	token, err := os.ReadFile(p.TokenFile())
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Collector()+"/v1/batch", lines)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	req.Header.Set("Content-Type", "application/x-ndjson")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	var said struct{ Accepted, Rejected int }
	if err := json.Unmarshal(answer, &said); err != nil || res.StatusCode >= 300 || said.Rejected > 0 {
		return fmt.Errorf("the collector answers %d %s", res.StatusCode, answer)
	}
	return nil
}
