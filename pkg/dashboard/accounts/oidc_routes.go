package accounts

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// What went wrong, as the UI's page /sign-in?trouble=… gets it.
const (
	troubleProvider = "provider" // does not answer, or not as it should
	troubleExpired  = "expired"  // took too long, or began in another browser
	troubleRefused  = "refused"  // the provider knows the person, the dashboard does not let in
)

// federation serves the two paths of signing in at a provider, and passes the rest on.
func (a *Accounts) federation(next http.Handler) http.Handler {
	if a.provider == nil {
		return next
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+startPath, a.leave)
	mux.HandleFunc("GET "+callbackPath, a.comeBack)
	mux.Handle("/", next)
	return mux
}

// leave sends the browser to the provider.
func (a *Accounts) leave(w http.ResponseWriter, r *http.Request) {
	at, err := a.provider.discover()
	if err != nil {
		a.turnAway(w, r, troubleProvider, err)
		return
	}
	cfg, err := a.provider.config(at)
	if err != nil {
		a.turnAway(w, r, troubleProvider, err)
		return
	}
	f := newFlow(r.URL.Query().Get("to"))
	http.SetCookie(w, f.cookie())
	redirect(w, r, cfg.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)))
}

// comeBack takes the provider's answer and begins a session.
func (a *Accounts) comeBack(w http.ResponseWriter, r *http.Request) {
	f, ok := flowOf(r)
	gone := flow{}.cookie()
	gone.Value, gone.MaxAge = "", -1
	http.SetCookie(w, gone) // an answer counts once
	if !ok {
		a.turnAway(w, r, troubleExpired, errors.New("the answer belongs to no sign-in of this browser"))
		return
	}
	if trouble := r.URL.Query().Get("error"); trouble != "" {
		a.turnAway(w, r, troubleRefused, refused{"the provider says " + short(trouble)})
		return
	}
	c, err := a.provider.identity(r.Context(), r, f)
	if err != nil {
		a.turnAway(w, r, troubleProvider, err)
		return
	}
	session, name, err := a.enterVouched(c, requestOf(r.Context()))
	var no refused
	switch {
	case errors.As(err, &no):
		a.turnAway(w, r, troubleRefused, err)
	case err != nil:
		a.turnAway(w, r, troubleProvider, err)
	default:
		a.signIns.WithLabelValues(outcomeOK).Inc()
		a.audit(r.Context(), "signed in at the provider", "user", name)
		http.SetCookie(w, session)
		redirect(w, r, f.To)
	}
}

// enterVouched begins a session of a user whom the provider vouches for.
func (a *Accounts) enterVouched(c claims, q request) (session *http.Cookie, name string, err error) {
	err = a.store.Update(func(tx *store.Tx) error {
		u, err := a.admit(tx, c)
		if err != nil {
			return err
		}
		name = u.Name
		session, err = a.begin(tx, u, q, federated)
		return err
	})
	return session, name, err
}

func (a *Accounts) turnAway(w http.ResponseWriter, r *http.Request, trouble string, err error) {
	outcome := outcomeProvider
	if trouble == troubleRefused {
		outcome = outcomeRefused
	}
	a.signIns.WithLabelValues(outcome).Inc()
	a.audit(r.Context(), "sign-in at the provider failed", "err", err)
	redirect(w, r, "/sign-in?trouble="+url.QueryEscape(trouble))
}

func redirect(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, to, http.StatusSeeOther)
}
