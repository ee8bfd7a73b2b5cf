package dashboard

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

// Admins see how the calendars stand, and why one cannot be read.
func TestCalendars(t *testing.T) {
	const never, read, failed = "1970-01-01 00:00:00.000", "2026-03-01 10:00:00.000", "2026-03-01 11:00:00.000"
	f := func(source, fetchedAt, failedAt, failure string) {
		t.Helper()
		values := map[string]string{"source": source, "calls": "[]", "not_before": never, "fetched_at": fetchedAt, "failed_at": failedAt, "failure": failure}
		if err := store.Record(t.Context(), "record_source", values); err != nil {
			t.Fatal(err)
		}
	}
	f("fairs", read, never, "")
	f("launches", read, failed, "rate_limited")
	f("typo", never, failed, "file")
	var got struct{ Calendars []figures.Calendar }
	open(t, time.UTC, as{Name: "ada", Role: access.Admin, All: true, Via: access.Session}).get(200, &got, "/calendars")
	at := func(text string) *string { return &text }
	want := []figures.Calendar{
		{Source: "fairs", Read: at("2026-03-01T10:00:00.000Z")},
		{Source: "launches", Read: at("2026-03-01T10:00:00.000Z"), Failed: at("2026-03-01T11:00:00.000Z"), Fault: "rate_limited"},
		{Source: "typo", Failed: at("2026-03-01T11:00:00.000Z"), Fault: "file"},
	}
	if diff := cmp.Diff(want, got.Calendars); diff != "" {
		t.Error(diff)
	}
	open(t, time.UTC, as{Name: "anna", Role: access.Analyst, All: true, Via: access.Session}).get(403, nil, "/calendars")
}
