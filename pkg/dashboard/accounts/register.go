package accounts

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
)

const tag = "accounts"

// longestBody bounds the requests: 16 KB.
const longestBody = 16 << 10

// Register adds the operations to the API.
func (a *Accounts) Register(api huma.API) {
	add(a, api, http.MethodGet, "/sign-in", "get-sign-in", "How do people sign in here?", access.Public, a.ways)
	add(a, api, http.MethodPost, "/sign-in", "sign-in", "Sign in with a name and a password", access.Public, a.signIn)
	add(a, api, http.MethodPost, "/sign-out", "sign-out", "End this session", access.Public, a.signOut)
	add(a, api, http.MethodPost, "/one-time-link/look", "look-at-link", "What does a one-time link do?", access.Public, a.lookAtLink)
	add(a, api, http.MethodPost, "/one-time-link/use", "use-link", "Choose a password by a one-time link, and sign in", access.Public, a.useLink)

	add(a, api, http.MethodPut, "/me/password", "change-password", "Change my password; all my sessions end", access.Viewer, a.changePassword)
	add(a, api, http.MethodGet, "/me/sessions", "list-sessions", "Where am I signed in?", access.Viewer, a.listSessions)
	add(a, api, http.MethodDelete, "/me/sessions", "end-other-sessions", "End my other sessions", access.Viewer, a.endOtherSessions)
	add(a, api, http.MethodDelete, "/me/sessions/{id}", "end-session", "End one of my sessions", access.Viewer, a.endSession)

	add(a, api, http.MethodGet, "/tokens", "list-tokens", "API tokens: mine, or for admins everybody's", access.Viewer, a.listTokens)
	add(a, api, http.MethodPost, "/tokens", "make-token", "Make an API token; it is shown once", access.Viewer, a.makeToken)
	add(a, api, http.MethodDelete, "/tokens/{id}", "delete-token", "Revoke an API token", access.Viewer, a.deleteToken)
	add(a, api, http.MethodGet, "/shares", "list-shares", "Shared links: mine, or for admins everybody's", access.Analyst, a.listShares)
	add(a, api, http.MethodPost, "/shares", "make-share", "Share one page by a link; it is shown once", access.Analyst, a.makeShare)
	add(a, api, http.MethodDelete, "/shares/{id}", "delete-share", "Revoke a shared link", access.Analyst, a.deleteShare)

	add(a, api, http.MethodGet, "/users", "list-users", "Who may use the dashboard?", access.Admin, a.listUsers)
	add(a, api, http.MethodPost, "/users", "invite-user", "Invite somebody by a one-time link", access.Admin, a.inviteUser)
	add(a, api, http.MethodPatch, "/users/{name}", "change-user", "Change role or sites, disable or enable", access.Admin, a.changeUser)
	add(a, api, http.MethodDelete, "/users/{name}", "delete-user", "Delete a user with sessions, tokens and shared links", access.Admin, a.deleteUser)
	add(a, api, http.MethodPost, "/users/{name}/link", "make-user-link", "Make a one-time link to choose a new password", access.Admin, a.userLink)
}

// add registers one operation. All but the public ones want a person at a browser: a token that could make
// tokens or people would be worth more than its role.
func add[I, O any](a *Accounts, api huma.API, method, path, id, summary string, role access.Role, do func(context.Context, *I) (*O, error)) {
	op := access.Operation(id, method, path, summary, tag, access.Needs(role))
	op.MaxBodyBytes = longestBody
	op.Errors = append(op.Errors, http.StatusConflict)
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		switch p := access.From(ctx); {
		case a.open && id != "get-sign-in":
			return nil, huma.Error409Conflict("this dashboard opens without a password, so it has no accounts: dashboard-sign-in=on changes that")
		case role != access.Public && p.Via != access.Session:
			return nil, huma.Error403Forbidden("accounts are managed by people who have signed in at a browser")
		}
		out, err := do(ctx, in)
		return out, a.answer(ctx, id, err)
	})
}

// answer keeps what the caller may know and logs the rest.
func (a *Accounts) answer(ctx context.Context, id string, err error) error {
	var known huma.StatusError
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return huma.Error503ServiceUnavailable("this took too long; try again")
	default:
		a.log.ErrorContext(ctx, "accounts", "operation", id, "err", err)
		return huma.Error500InternalServerError("this is a fault of the dashboard; its log says more")
	}
}

// audit writes one line about a change of who may do what: never a secret, never a full address.
func (a *Accounts) audit(ctx context.Context, event string, values ...any) {
	by := access.From(ctx).Name
	if by == "" {
		by = "nobody"
	}
	a.log.InfoContext(ctx, "accounts: "+event, append([]any{"by", by, "network", requestOf(ctx).network()}, values...)...)
}

func noSuch(what, id string) error {
	return huma.Error404NotFound(fmt.Sprintf("there is no %s %q", what, id))
}
