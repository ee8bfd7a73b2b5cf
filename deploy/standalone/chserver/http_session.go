package chserver

import (
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Sessions over HTTP keep SET and USE between requests with the same session_id.
const (
	defaultSessionTime = time.Minute
	maxSessionTime     = time.Hour
	maxSessions        = 1000
)

type sessionKey struct{ user, id string }

type heldSession struct {
	*session
	busy    bool
	expires time.Time
}

// sessionStore holds the sessions over HTTP; its zero value is ready.
type sessionStore struct {
	mu   sync.Mutex
	held map[sessionKey]*heldSession
}

// take returns the session of a request, which is that request's alone until release.
func (st *sessionStore) take(u User, form url.Values) (s *session, release func(), err error) {
	id := form.Get("session_id")
	if id == "" {
		return newSession(u, ""), func() {}, nil
	}
	lasts := defaultSessionTime
	if seconds, err := strconv.Atoi(form.Get("session_timeout")); err == nil && seconds > 0 {
		lasts = min(time.Duration(seconds)*time.Second, maxSessionTime)
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	h, err := st.find(u, sessionKey{u.Name, id}, form.Get("session_check") == "1")
	if err != nil {
		return nil, nil, err
	}
	h.busy = true
	return h.session, func() {
		st.mu.Lock()
		defer st.mu.Unlock()
		h.busy, h.expires = false, time.Now().Add(lasts)
	}, nil
}

func (st *sessionStore) find(u User, key sessionKey, mustExist bool) (*heldSession, error) {
	now := time.Now()
	for k, h := range st.held {
		if !h.busy && now.After(h.expires) {
			delete(st.held, k)
		}
	}
	h, found := st.held[key]
	switch {
	case found && h.busy:
		return nil, exception(373, "SESSION_IS_LOCKED", "Session %s is locked by a concurrent client", key.id)
	case found:
		return h, nil
	case mustExist:
		return nil, exception(372, "SESSION_NOT_FOUND", "Session %s not found", key.id)
	case len(st.held) >= maxSessions:
		return nil, exception(codeTooManyQueries, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many sessions: the limit is %d", maxSessions)
	}
	if st.held == nil {
		st.held = make(map[sessionKey]*heldSession)
	}
	h = &heldSession{session: newSession(u, "")}
	st.held[key] = h
	return h, nil
}
