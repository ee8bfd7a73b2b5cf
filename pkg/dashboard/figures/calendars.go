package figures

import (
	"context"
	"time"
)

// Calendar is where events on the time line come from, and how reading it stands.
type Calendar struct {
	Source string  `json:"source" doc:"As annotations name it; launches are rocket launches."`
	Read   *string `json:"read_at" format:"date-time" doc:"When it was last read; null: never."`
	Failed *string `json:"failed_at" format:"date-time" doc:"When it last could not be read; null: never."`
	Fault  string  `json:"fault" doc:"Why it cannot be read since: rate_limited, server_error, status, redirect, too_long, timeout, connection, budget, format, truncated, field or file; empty when it can."`
}

type calendarsAnswer struct {
	Body struct {
		Calendars []Calendar `json:"calendars" doc:"By name."`
	}
}

func (f *Figures) listCalendars(ctx context.Context, _ *struct{}) (*calendarsAnswer, error) {
	rows, err := f.ask(ctx, "calendars", nil)
	if err != nil {
		return nil, err
	}
	out := &calendarsAnswer{}
	out.Body.Calendars = make([]Calendar, 0, len(rows))
	for _, r := range rows {
		var c Calendar
		c.Source, _ = r["source"].(string)
		c.Fault, _ = r["failure"].(string)
		c.Read, c.Failed = unlessNever(r["fetched_at"]), unlessNever(r["failed_at"])
		out.Body.Calendars = append(out.Body.Calendars, c)
	}
	return out, nil
}

// unlessNever is nil for 1970.
func unlessNever(v any) *string {
	text, _ := v.(string)
	if at, err := time.Parse(time.RFC3339, text); err != nil || at.Year() <= 1970 {
		return nil
	}
	return &text
}
