package accounts

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// cookieName makes browsers keep the cookie only when it is Secure, for this host and all of its paths.
// Chromium, Firefox and curl take http://127.0.0.1 and http://localhost as secure.
const cookieName = "__Host-footfall"

// How long a session lives.
const (
	idleLife     = 30 * 24 * time.Hour // unused
	longestLife  = 90 * 24 * time.Hour // however much it is used
	federated    = 24 * time.Hour      // of somebody whom the provider may have removed meanwhile
	manySessions = 50                  // of one person; the oldest end first
)

func alive(s store.Session, now time.Time) bool {
	return now.Before(s.Until) && now.Before(s.Seen.Add(idleLife))
}

// begin makes a session and ends the one that the browser had: an id from before signing in, which
// somebody may have planted, opens nothing afterwards.
func (a *Accounts) begin(tx *store.Tx, u store.User, q request, life time.Duration) (*http.Cookie, error) {
	now := a.now()
	if q.cookie != "" {
		if err := tx.Sessions().Delete(store.Hash(q.cookie)); err != nil {
			return nil, err
		}
	}
	if err := makeRoom(tx, u.Name); err != nil {
		return nil, err
	}
	secret, hash := store.NewSecret("")
	s := store.Session{User: u.Name, Created: now, Seen: now, Until: now.Add(life), Agent: q.agent, Network: q.network()}
	if err := tx.Sessions().Put(hash, s); err != nil {
		return nil, err
	}
	u.SignedIn = now
	return cookie(secret, life), tx.Users().Put(u.Name, u)
}

func makeRoom(tx *store.Tx, user string) error {
	of, err := sessionsOf(tx, user)
	for ; err == nil && len(of) >= manySessions; of = of[:len(of)-1] {
		err = tx.Sessions().Delete(of[len(of)-1].Key)
	}
	return err
}

// sessionsOf lists a person's sessions, the one used last first.
func sessionsOf(tx *store.Tx, user string) ([]store.Keyed[store.Session], error) {
	of, err := tx.Sessions().Find(func(s store.Session) bool { return s.User == user })
	slices.SortFunc(of, func(x, y store.Keyed[store.Session]) int {
		return cmp.Or(y.Record.Seen.Compare(x.Record.Seen), cmp.Compare(x.Key, y.Key))
	})
	return of, err
}

// endSessions ends all sessions of a person.
func endSessions(tx *store.Tx, user string) error {
	_, err := tx.Sessions().DeleteWhere(func(s store.Session) bool { return s.User == user })
	return err
}

func cookie(secret string, life time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: secret, Path: "/", MaxAge: int(life.Seconds()),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// noCookie makes a browser forget.
func noCookie() *http.Cookie { return cookie("", -time.Second) }
