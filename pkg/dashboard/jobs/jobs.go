// Package jobs is the job console's part of the dashboard's API: how each day stands, what each run did,
// and requests to compute days.
//
// The rollup is another process. It writes what it does and what it thinks into tables; this package
// reads them, and asks by rows in job_requests, which the rollup answers. A run covers all sites of a
// zone: whoever may not see every site gets the states of days and runs, but neither sums nor texts.
package jobs

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// Runs is the ledger, read.
type Runs interface {
	Runs(ctx context.Context, job string, from, to ledger.Date, limit int) ([]ledger.Run, error)
	Run(ctx context.Context, job string, id uuid.UUID) (ledger.Run, bool, error)
	Steps(ctx context.Context, run uuid.UUID) ([]ledger.Step, error)
	Attempts(ctx context.Context, job string, from, to ledger.Date) ([]ledger.Attempts, error)
	NewestFinal(ctx context.Context, job string) (map[string]ledger.Date, error)
}

// Looks is what the rollup has found out.
type Looks interface {
	Standings(ctx context.Context, job string, from, to ledger.Date) ([]ledger.Standing, error)
	Looks(ctx context.Context, job string) ([]ledger.Look, error)
}

// Requests are the days that people ask for.
type Requests interface {
	OpenRequests(ctx context.Context, job string) ([]ledger.Request, error)
	Requests(ctx context.Context, job string, id uuid.UUID) ([]ledger.Request, error)
	RecordRequests(ctx context.Context, requests []ledger.Request) error
}

// Store is all of that.
type Store interface {
	Runs
	Looks
	Requests
}

// Zones lists the time zones and their sites.
type Zones interface{ Zones() []sites.Zone }

// Jobs answers the job console.
type Jobs struct {
	store Store
	zones Zones
	now   func() time.Time
}

// New makes Jobs.
func New(store Store, zones Zones) *Jobs { return &Jobs{store: store, zones: zones, now: time.Now} }

// Register adds the operations.
func (j *Jobs) Register(api huma.API) {
	op := func(id, method, path, summary string, role access.Role) huma.Operation {
		return access.Operation(id, method, path, summary, "jobs", access.Needs(role))
	}
	huma.Register(api, op("list-job-days", http.MethodGet, "/jobs/days", "How the days of a range stand, and how fresh each zone is", access.Viewer), j.listDays)
	huma.Register(api, op("list-job-runs", http.MethodGet, "/jobs/runs", "The runs of one day, newest first", access.Viewer), j.listRuns)
	huma.Register(api, op("get-job-run", http.MethodGet, "/jobs/runs/{id}", "One run: its inputs, steps, checks and what it published", access.Viewer), j.getRun)
	huma.Register(api, op("list-job-requests", http.MethodGet, "/jobs/requests", "Days that were asked for and are not computed yet, oldest first", access.Viewer), j.listRequests)
	huma.Register(api, op("get-job-request", http.MethodGet, "/jobs/requests/{id}", "What became of the days that were asked for at once", access.Viewer), j.getRequest)
	huma.Register(api, op("ask-job-request", http.MethodPost, "/jobs/requests", "Ask for days to be computed, or say which would be", access.Admin), j.ask)
	huma.Register(api, op("cancel-job-request", http.MethodDelete, "/jobs/requests/{id}", "Cancel what was asked for: days that wait are not computed, a run that is on is stopped and publishes nothing", access.Admin), j.cancel)
}
