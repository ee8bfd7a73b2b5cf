package daemon

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// checkTimeout bounds one readiness check.
const checkTimeout = 2 * time.Second

// Health answers the two questions of an orchestrator. Liveness (/healthz) is true as long as the
// process answers at all and never depends on another service; readiness (/readyz) is true once all
// parts have started and every registered check passes.
type Health struct {
	mu      sync.Mutex
	started bool
	names   []string
	checks  map[string]func(context.Context) error
}

// NewHealth makes a Health that is alive but not ready.
func NewHealth() *Health {
	return &Health{checks: map[string]func(context.Context) error{}}
}

// Check adds a readiness check under a name that shows in the answer of /readyz.
func (h *Health) Check(name string, check func(context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.checks[name]; !ok {
		h.names = append(h.names, name)
	}
	h.checks[name] = check
}

func (h *Health) setStarted(v bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.started = v
}

// Status is the answer of /readyz: "ok", or what is wrong, by check.
type Status struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks"`
}

// Ready runs all checks side by side.
func (h *Health) Ready(ctx context.Context) Status {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	h.mu.Lock()
	names, checks, status := h.names, make([]func(context.Context) error, len(h.names)), Status{Ready: h.started}
	for i, n := range names {
		checks[i] = h.checks[n]
	}
	h.mu.Unlock()

	results := make([]string, len(checks))
	var wg sync.WaitGroup
	for i, check := range checks {
		wg.Go(func() { results[i] = describe(check(ctx)) })
	}
	wg.Wait()
	status.Checks = map[string]string{"started": map[bool]string{true: "ok", false: "starting or stopping"}[status.Ready]}
	for i, r := range results {
		status.Checks[names[i]] = r
		status.Ready = status.Ready && r == "ok"
	}
	return status
}

func describe(err error) string {
	if err != nil {
		return err.Error()
	}
	return "ok"
}

// Passing reports whether all checks pass, whether or not all parts have started.
func (h *Health) Passing(ctx context.Context) bool {
	status := h.Ready(ctx)
	delete(status.Checks, "started")
	for _, result := range status.Checks {
		if result != "ok" {
			return false
		}
	}
	return true
}

func (h *Health) serveLive(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]bool{"alive": true})
}

func (h *Health) serveReady(w http.ResponseWriter, r *http.Request) {
	status := h.Ready(r.Context())
	code := http.StatusOK
	if !status.Ready {
		code = http.StatusServiceUnavailable
	}
	writeJSON(w, code, status)
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // the client has gone when this fails
}
