package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// JobRequest is a day that somebody has asked for.
type JobRequest struct {
	ID        uuid.UUID  `json:"id" doc:"Shared by the days that were asked for at once."`
	Job       string     `json:"job"`
	Day       string     `json:"day" format:"date"`
	Zone      string     `json:"tz"`
	State     string     `json:"state" enum:"open,running,done,failed,refused,cancelled" doc:"refused: there is nothing to compute; the answer says why."`
	Requested time.Time  `json:"requested_at"`
	Updated   time.Time  `json:"updated_at"`
	By        string     `json:"requested_by"`
	Reason    string     `json:"reason" enum:"missing,failed,stale,redo"`
	Run       *uuid.UUID `json:"run" nullable:"true" doc:"The run that was begun for it, or that answers it."`
	Answer    string     `json:"answer" doc:"What became of it, in words."`
}

type requestsBody struct {
	Requests []JobRequest `json:"requests" nullable:"false" doc:"A day each, oldest day first."`
}

type requestsAnswer struct{ Body requestsBody }

func answerOf(ctx context.Context, requests []ledger.Request) *requestsAnswer {
	out := &requestsAnswer{requestsBody{[]JobRequest{}}}
	for _, r := range requests {
		one := JobRequest{
			ID: r.ID, Job: r.Job, Day: r.Date.String(), Zone: r.Zone, State: string(r.State), Requested: r.Requested.UTC(), Updated: r.Updated.UTC(),
			By: r.By, Reason: r.Reason, Answer: r.Answer,
		}
		if r.State == ledger.RequestFailed {
			one.Answer = textFor(ctx, r.Answer)
		}
		if r.Run != uuid.Nil {
			one.Run = &r.Run
		}
		out.Body.Requests = append(out.Body.Requests, one)
	}
	return out
}

func (j *Jobs) listRequests(ctx context.Context, _ *struct{}) (*requestsAnswer, error) {
	open, err := j.store.OpenRequests(ctx, ledger.Daily)
	if err != nil {
		return nil, err
	}
	return answerOf(ctx, open), nil
}

type oneRequest struct {
	ID string `path:"id" doc:"Id of the request."`
}

// find reads the days of a request.
func (j *Jobs) find(ctx context.Context, text string) ([]ledger.Request, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, invalid("path.id", text, fmt.Errorf("request %q must be a UUID", text))
	}
	found, err := j.store.Requests(ctx, ledger.Daily, id)
	if err == nil && len(found) == 0 {
		err = huma.Error404NotFound(fmt.Sprintf("there is no request %s", id))
	}
	return found, err
}

func (j *Jobs) getRequest(ctx context.Context, q *oneRequest) (*requestsAnswer, error) {
	found, err := j.find(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	return answerOf(ctx, found), nil
}

// cancel cancels the days of a request that wait, and stops the run of one that does not. The rollup reads
// the requests anew before each run and all along it; a run that swaps its rows in at this very moment goes
// to its end, and says so then.
func (j *Jobs) cancel(ctx context.Context, q *oneRequest) (*requestsAnswer, error) {
	if !everything(ctx) {
		return nil, huma.Error403Forbidden("a run covers all sites of a zone; only whoever may see every site may cancel one")
	}
	found, err := j.find(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	var open []ledger.Request
	for i, r := range found {
		if r.State == ledger.RequestOpen || r.State == ledger.RequestRunning {
			found[i] = r.To(ledger.RequestCancelled, j.now())
			found[i].Answer = ledger.CancelledBy + access.From(ctx).Name
			open = append(open, found[i])
		}
	}
	if len(open) == 0 {
		return nil, huma.Error409Conflict(fmt.Sprintf("no day of request %s can be cancelled any more: the first is %s", q.ID, found[0].State))
	}
	if err := j.store.RecordRequests(ctx, open); err != nil {
		return nil, err
	}
	return answerOf(ctx, found), nil
}
