package dashboard

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/alerts"
	"github.com/footfall-analytics/footfall/pkg/dashboard/companies"
	"github.com/footfall-analytics/footfall/pkg/dashboard/explanation"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/dashboard/jobs"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
)

var update = flag.Bool("update", false, "write the golden files")

// described are all parts, with nothing behind them: enough to describe the API.
func described() *Dashboard {
	log := slog.New(slog.DiscardHandler)
	people, err := accounts.New(accounts.Config{SignIn: "off", LocalAccounts: true}, "127.0.0.1:8080", nil, log, prometheus.NewRegistry())
	if err != nil {
		panic(err)
	}
	reports, err := weekly.New(weekly.Config{}, "", nil, nil, nil, log, prometheus.NewRegistry())
	if err != nil {
		panic(err)
	}
	rules, err := alerts.New(alerts.Config{}, alerts.Ways{}, "", nil, nil, nil, log, prometheus.NewRegistry())
	if err != nil {
		panic(err)
	}
	return New(access.Everyone{}, log, figures.New(nil, nil), jobs.New(nil, nil), explanation.New(nil, nil), people, reports, rules, companies.New(companies.Config{}, nil, nil, log))
}

const openAPI = "openapi.json"

// The UI's types are made from this file, and others build on it: a change must be meant.
func TestOpenAPI(t *testing.T) {
	w := httptest.NewRecorder()
	described().Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	var document any
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(openAPI, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(openAPI)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the API is not what %s says (-file +API); if that is meant: go test ./pkg/dashboard -run OpenAPI -update, then make generate\n%s", openAPI, diff)
	}
}

// Nothing may be reached by somebody of whom nothing is known, but what says so.
func TestEveryOperationStatesItsRole(t *testing.T) {
	api := humagin.New(gin.New(), apiConfig())
	described().register(api)
	for path, item := range api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if role, ok := access.Needed(op); !ok || role != access.Public && !role.Valid() {
				t.Errorf("%s %s needs the role %q", op.Method, path, role)
			}
		}
	}
}

type nobody struct{}

func (nobody) Authenticate(*http.Request) (access.Principal, error) {
	return access.Principal{}, access.ErrUnknown
}

func TestStrangers(t *testing.T) {
	d := New(nobody{}, slog.New(slog.DiscardHandler), figures.New(nil, nil))
	f := func(method, path string, want int) {
		t.Helper()
		w := httptest.NewRecorder()
		d.Handler().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader("{}")))
		if w.Code != want {
			t.Errorf("%s %s answers %d %s, want %d", method, path, w.Code, w.Body, want)
		}
	}
	f("GET", "/api/v1/me", http.StatusUnauthorized)
	f("GET", "/api/v1/sites", http.StatusUnauthorized)
	f("GET", "/api/v1/sites/demo/summary", http.StatusUnauthorized)
	f("POST", "/api/v1/sites/demo/annotations", http.StatusUnauthorized)
	f("GET", "/api/v1/nothing", http.StatusNotFound)
	f("GET", "/", http.StatusOK)
	f("GET", "/pages?range=7d", http.StatusOK)
	f("POST", "/", http.StatusMethodNotAllowed)
	f("GET", "/assets/none.js", http.StatusNotFound)
}
