package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadyNeedsEveryCheck(t *testing.T) {
	h := NewHealth()
	f := func(want Status) {
		t.Helper()
		if diff := cmp.Diff(want, h.Ready(t.Context())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	f(Status{Checks: map[string]string{"started": "starting or stopping"}})
	h.setStarted(true)
	f(Status{Ready: true, Checks: map[string]string{"started": "ok"}})
	h.Check("kafka", func(context.Context) error { return errors.New("no broker") })
	h.Check("disk", func(context.Context) error { return nil })
	f(Status{Checks: map[string]string{"started": "ok", "kafka": "no broker", "disk": "ok"}})
	if h.Passing(t.Context()) {
		t.Error("passes with a failing check")
	}
	h.Check("kafka", func(context.Context) error { return nil })
	f(Status{Ready: true, Checks: map[string]string{"started": "ok", "kafka": "ok", "disk": "ok"}})
	h.setStarted(false)
	f(Status{Checks: map[string]string{"started": "starting or stopping", "kafka": "ok", "disk": "ok"}})
	if !h.Passing(t.Context()) {
		t.Error("does not pass although every check does")
	}
}

func TestCheckIsBounded(t *testing.T) {
	h := NewHealth()
	h.setStarted(true)
	h.Check("wedged", func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	if s := h.Ready(t.Context()); s.Ready || !strings.Contains(s.Checks["wedged"], "deadline") {
		t.Errorf("status %+v", s)
	}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestAdminServer(t *testing.T) {
	p := process()
	admin := p.AdminServer("127.0.0.1:0")
	if err := admin.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer admin.Stop(t.Context())
	base := "http://" + admin.Addr()

	if code, body := fetch(t, base+"/healthz"); code != http.StatusOK || body != `{"alive":true}`+"\n" {
		t.Errorf("/healthz: %d %s", code, body)
	}
	code, body := fetch(t, base+"/readyz")
	var status Status
	if err := json.Unmarshal([]byte(body), &status); err != nil || code != http.StatusServiceUnavailable || status.Ready {
		t.Errorf("/readyz before the start: %d %s", code, body)
	}
	if err := Probe(t.Context(), admin.Addr()); err == nil || !strings.Contains(err.Error(), "not ready") {
		t.Errorf("probe before the start: %v", err)
	}
	p.Health.setStarted(true)
	if code, body := fetch(t, base+"/readyz"); code != http.StatusOK {
		t.Errorf("/readyz: %d %s", code, body)
	}
	if err := Probe(t.Context(), admin.Addr()); err != nil {
		t.Error(err)
	}
	if code, body := fetch(t, base+"/metrics"); code != http.StatusOK || !strings.Contains(body, "go_goroutines") {
		t.Errorf("/metrics: %d, %d bytes", code, len(body))
	}
}

func TestProbeOfNothing(t *testing.T) {
	if err := Probe(t.Context(), "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("error %v", err)
	}
}
