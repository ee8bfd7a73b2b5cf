package alerts

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// store keeps how rules stood, in the table alerts.
type store struct{ delivery.Store }

// noDay stands where a row is about no day.
const noDay = "1970-01-01"

// judgement is how a rule stood on a day, or after a change.
type judgement struct {
	day      string
	change   uint32
	verdict  Verdict
	value    *float64
	usual    *float64
	silenced bool
	at       time.Time
}

// judged lists the newest judgements of a rule, newest first.
func (s store) judged(ctx context.Context, r Rule) ([]judgement, error) {
	p := map[string]string{"rule": r.Name, "site": r.Site, "live": strconv.FormatBool(r.live())}
	_, rows, err := s.Report(ctx, "dashboard/alert_judged", p)
	if err != nil {
		return nil, fmt.Errorf("read how the rule stood: %w", err)
	}
	all := make([]judgement, len(rows))
	for i, row := range rows {
		j := &all[i]
		j.day, _ = row[0].(string)
		j.change, _ = row[1].(uint32)
		v, _ := row[2].(string)
		j.verdict = Verdict(v)
		j.value, _ = row[3].(*float64)
		j.usual, _ = row[4].(*float64)
		j.silenced, _ = row[5].(bool)
		j.at, _ = row[6].(time.Time)
	}
	return all, nil
}

func (s store) record(ctx context.Context, r Rule, j judgement) error {
	p := map[string]string{
		"rule": r.Name, "site": r.Site, "day": j.day, "change": strconv.FormatUint(uint64(j.change), 10), "verdict": string(j.verdict),
		"value": number(j.value), "usual": number(j.usual), "silenced": strconv.FormatBool(j.silenced),
	}
	if err := s.Record(ctx, "record_alert", p); err != nil {
		return fmt.Errorf("write down how the rule stands: %w", err)
	}
	return nil
}

// number writes a figure as the statements take it; what is unknown is no number.
func number(v *float64) string {
	if v == nil {
		return "unknown"
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

// overview is what is known of a rule beside its judgements.
type overview struct {
	sent, until time.Time // 1970: never
	by          string
}

// overviews are those of all rules, by rule and site.
func (s store) overviews(ctx context.Context) (map[[2]string]overview, error) {
	_, rows, err := s.Report(ctx, "dashboard/alert_overview", nil)
	if err != nil {
		return nil, fmt.Errorf("read silences: %w", err)
	}
	all := make(map[[2]string]overview, len(rows))
	for _, row := range rows {
		var o overview
		rule, _ := row[0].(string)
		site, _ := row[1].(string)
		o.sent, _ = row[2].(time.Time)
		o.until, _ = row[3].(time.Time)
		o.by, _ = row[4].(string)
		all[[2]string{rule, site}] = o
	}
	return all, nil
}

func (s store) silence(ctx context.Context, r Rule, until time.Time, by string) error {
	p := map[string]string{"rule": r.Name, "site": r.Site, "until": param.Instant(until), "by": delivery.OneLine(by, 200)}
	if err := s.Record(ctx, "record_alert_silence", p); err != nil {
		return fmt.Errorf("write down the silence: %w", err)
	}
	return nil
}

// received is when the newest event of a site came; 1970: none has.
func (s store) received(ctx context.Context, site string, since, until time.Time) (time.Time, error) {
	_, rows, err := s.Report(ctx, "dashboard/alert_received", map[string]string{"site": site, "since": param.Instant(since), "until": param.Instant(until)})
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	at, _ := rows[0][0].(time.Time)
	return at, nil
}

// journal remembers who was told.
func (s store) journal() delivery.Journal {
	return delivery.Journal{Store: s, Attempts: "dashboard/alert_attempts", Write: "record_alert_attempt"}
}

// item is what a recipient is told of a judgement.
func item(r Rule, j judgement, d door) delivery.Item {
	return delivery.Item{
		"rule": r.Name, "site": r.Site, "day": j.day, "change": strconv.FormatUint(uint64(j.change), 10), "channel": d.channel, "recipient": delivery.Digest(d.to),
	}
}
