package jobs

import (
	"errors"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// A refusal names the field that is wrong, and its value, not one that was left out.
func TestDaysRefused(t *testing.T) {
	f := func(q daysQuestion, location, value string) {
		t.Helper()
		_, err := (&Jobs{now: time.Now}).listDays(t.Context(), &q)
		var refused *huma.ErrorModel
		if !errors.As(err, &refused) || len(refused.Errors) != 1 {
			t.Fatalf("%+v: %v", q, err)
		}
		if d := refused.Errors[0]; d.Location != location || d.Value != value {
			t.Errorf("%+v: %s %q, want %s %q", q, d.Location, d.Value, location, value)
		}
	}
	f(daysQuestion{To: "foo"}, "query.to", "foo")
	f(daysQuestion{From: "foo"}, "query.from", "foo")
	f(daysQuestion{From: "2026-01-02", To: "2026-01-01"}, "query.to", "2026-01-01")
	f(daysQuestion{Zone: "Mars"}, "query.tz", "Mars")
}
