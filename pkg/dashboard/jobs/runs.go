package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// JobRun is one attempt to publish a day.
type JobRun struct {
	ID         uuid.UUID  `json:"id"`
	Job        string     `json:"job"`
	Day        string     `json:"day" format:"date"`
	Zone       string     `json:"tz"`
	State      string     `json:"state" enum:"running,provisional,final,failed,cancelled" doc:"cancelled: a person has stopped it; the error says who."`
	Cause      string     `json:"cause" doc:"What began it: schedule, person or command; empty in runs of old versions."`
	AskedBy    string     `json:"asked_by" doc:"Which person."`
	Reason     string     `json:"reason" doc:"Why the day was due."`
	Started    *time.Time `json:"started" nullable:"true"`
	Finished   *time.Time `json:"finished" nullable:"true" doc:"Null while it runs."`
	Duration   *int64     `json:"duration_ms" nullable:"true"`
	Error      string     `json:"error"`
	Definition uint16     `json:"definition_version" doc:"Version of the definitions that its figures follow."`
	Views      *uint64    `json:"views" nullable:"true" doc:"Page views published, of all sites; null for those who may not see every site."`
	SpentMS    *uint64    `json:"spent_ms" nullable:"true" doc:"Known time published, of all sites; null as views."`
}

func runOf(ctx context.Context, r ledger.Run, now time.Time) JobRun {
	out := JobRun{
		ID: r.ID, Job: r.Job, Day: r.Date.String(), Zone: r.Zone, State: string(r.State), Cause: string(r.Cause), AskedBy: r.AskedBy,
		Reason: r.Reason, Error: textFor(ctx, r.Error), Definition: r.DefinitionVersion,
	}
	if r.Cancelled() {
		out.State = "cancelled"
	}
	out.Started, out.Finished, out.Duration = times(r, now)
	if r.State.Published() {
		out.Views, out.SpentMS = allowed(ctx, r.Views), allowed(ctx, r.SpentMS)
	}
	return out
}

type runsQuestion struct {
	Day  string `query:"day" required:"true" example:"2026-01-31"`
	Zone string `query:"tz" doc:"Only this time zone." example:"Europe/Vienna"`
}

type runsAnswer struct {
	Body struct {
		Runs []JobRun `json:"runs" nullable:"false" doc:"Newest first, at most 1,000."`
	}
}

const mostRuns = 1000

func (j *Jobs) listRuns(ctx context.Context, q *runsQuestion) (*runsAnswer, error) {
	day, err := date("query.day", q.Day)
	if err != nil {
		return nil, err
	}
	if err := zone("query.tz", q.Zone); err != nil {
		return nil, err
	}
	runs, err := j.store.Runs(ctx, ledger.Daily, day, day, mostRuns)
	if err != nil {
		return nil, err
	}
	out := &runsAnswer{}
	out.Body.Runs = []JobRun{}
	for _, r := range runs {
		if q.Zone == "" || r.Zone == q.Zone {
			out.Body.Runs = append(out.Body.Runs, runOf(ctx, r, j.now()))
		}
	}
	return out, nil
}

// JobRunDetail is a run with all that is known of it.
type JobRunDetail struct {
	JobRun
	Attempt int        `json:"attempt" doc:"Which of the day's runs it is, from 1."`
	Inputs  *JobInputs `json:"inputs,omitempty" doc:"Left out for those who may not see every site."`
	Tables  []JobTable `json:"tables" nullable:"false" doc:"What it published, by table; empty unless it has."`
	Checks  []JobCheck `json:"checks" nullable:"false" doc:"Both sides of each equation that must hold before figures are published."`
	Steps   []JobStep  `json:"steps" nullable:"false" doc:"Its log, in order. A running run gets more."`
}

// JobInputs are the stored events that a run read.
type JobInputs struct {
	Events      uint64     `json:"events" doc:"Stored events of the day and its surroundings."`
	FirstStored *time.Time `json:"first_stored" nullable:"true" doc:"When the first of them was stored."`
	LastStored  *time.Time `json:"last_stored" nullable:"true" doc:"When the last of them was stored."`
	Sites       []string   `json:"sites" nullable:"false" doc:"Keys of the sites that it covers; empty: every site."`
}

type oneRun struct {
	ID string `path:"id" doc:"Id of the run."`
}

type runAnswer struct{ Body JobRunDetail }

func (j *Jobs) getRun(ctx context.Context, q *oneRun) (*runAnswer, error) {
	id, err := uuid.Parse(q.ID)
	if err != nil {
		return nil, invalid("path.id", q.ID, fmt.Errorf("run %q must be a UUID", q.ID))
	}
	run, ok, err := j.store.Run(ctx, ledger.Daily, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, huma.Error404NotFound(fmt.Sprintf("there is no run %s", id))
	}
	steps, err := j.store.Steps(ctx, id)
	if err != nil {
		return nil, err
	}
	runs, err := j.store.Runs(ctx, ledger.Daily, run.Date, run.Date, 0)
	if err != nil {
		return nil, err
	}
	out := &runAnswer{JobRunDetail{JobRun: runOf(ctx, run, j.now()), Tables: tablesOf(ctx, run), Checks: checksOf(ctx, steps), Steps: stepsOf(ctx, steps)}}
	for _, r := range runs {
		if r.Zone == run.Zone && !r.Started.After(run.Started) {
			out.Body.Attempt++
		}
	}
	if everything(ctx) {
		in := run.Inputs
		out.Body.Inputs = &JobInputs{in.Events, instant(in.FirstStored), instant(in.LastStored), append([]string{}, run.Sites...)}
	}
	return out, nil
}
