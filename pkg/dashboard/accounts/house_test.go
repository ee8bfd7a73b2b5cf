package accounts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a dashboard with accounts and without figures.
type house struct {
	t       *testing.T
	cfg     Config
	addr    string
	a       *Accounts
	door    http.Handler
	clock   time.Time
	log     *lines
	opening Opening
}

// lines is a log that tests read.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// build makes a dashboard with sign-in that has not started.
func build(t *testing.T, edit ...func(*Config)) *house {
	h := &house{t: t, addr: "127.0.0.1:8080", cfg: Config{State: t.TempDir(), SignIn: "on", LocalAccounts: true}, log: &lines{}}
	h.clock = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, e := range edit {
		e(&h.cfg)
	}
	return h
}

// try starts, or says why not.
func (h *house) try() error {
	a, err := New(h.cfg, h.addr, func(o Opening) { h.opening = o }, slog.New(slog.NewJSONHandler(h.log, nil)), prometheus.NewRegistry())
	if err != nil {
		return err
	}
	a.now = func() time.Time { return h.clock }
	a.cost = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32} // real ones are slow on purpose
	if err := a.Start(h.t.Context()); err != nil {
		return err
	}
	h.a, h.door = a, a.Guard(rooms(a))
	return nil
}

func (h *house) start() *house {
	h.t.Helper()
	if err := h.try(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(h.stop)
	return h
}

func (h *house) stop() {
	if err := h.a.Stop(context.Background()); err != nil {
		h.t.Error(err)
	}
}

// restart is a new process on the same file.
func (h *house) restart() {
	h.t.Helper()
	h.stop()
	if err := h.try(); err != nil {
		h.t.Fatal(err)
	}
}

// rooms is the API behind the door: the accounts, and one operation for each role as other packages have them.
func rooms(a *Accounts) http.Handler {
	mux := http.NewServeMux()
	api := humago.NewWithPrefix(mux, "/api/v1", huma.DefaultConfig("test", "1"))
	api.UseMiddleware(access.Guard(api))
	access.RegisterMe(api)
	a.Register(api)
	for _, role := range []access.Role{access.Viewer, access.Analyst, access.Admin} {
		op := access.Operation("try-"+string(role), http.MethodGet, "/try/"+string(role), "", "try", access.Needs(role))
		huma.Register(api, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	}
	op := access.Operation("try-site", http.MethodGet, "/sites/{site}/try", "", "try", access.Needs(access.Viewer), access.Shared)
	huma.Register(api, op, func(ctx context.Context, in *struct {
		Site string `path:"site"`
	}) (*struct{}, error) {
		return nil, access.Site(access.From(ctx), in.Site)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := a.Authenticate(r)
		if err == nil {
			r = r.WithContext(access.With(r.Context(), p))
		} else if !errors.Is(err, access.ErrUnknown) {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// visitor is a browser or a program.
type visitor struct {
	h       *house
	cookie  string
	flow    string // of a sign-in at a provider
	bearer  string
	address string
	headers map[string]string
	host    string
}

func (h *house) visitor() *visitor {
	return &visitor{h: h, address: "192.0.2.7:1234", host: "127.0.0.1:8080", headers: map[string]string{}}
}

// answer is what comes back.
type answer struct {
	*httptest.ResponseRecorder
	body map[string]any
}

// text is a field of the answer.
func (a answer) text(field string) string { s, _ := a.body[field].(string); return s }

// do sends a request with its body, a list of keys and values, and keeps the cookie.
func (v *visitor) do(method, path string, fields ...any) answer {
	v.h.t.Helper()
	var body bytes.Buffer
	r := httptest.NewRequest(method, "/api/v1"+path, &body)
	if len(fields) > 0 {
		object := map[string]any{}
		for i := 0; i < len(fields); i += 2 {
			object[fields[i].(string)] = fields[i+1]
		}
		if err := json.NewEncoder(&body).Encode(object); err != nil {
			v.h.t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength = int64(body.Len())
	}
	return v.send(r)
}

func (v *visitor) send(r *http.Request) answer {
	v.h.t.Helper()
	r.RemoteAddr, r.Host = v.address, v.host
	if v.cookie != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: v.cookie})
	}
	if v.flow != "" {
		r.AddCookie(&http.Cookie{Name: flowCookie, Value: v.flow})
	}
	if v.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	for name, value := range v.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	v.h.door.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		switch c.Name {
		case cookieName:
			v.cookie = c.Value
		case flowCookie:
			v.flow = c.Value
		}
	}
	a := answer{ResponseRecorder: w}
	_ = json.Unmarshal(w.Body.Bytes(), &a.body) // not every answer is an object
	return a
}

// wants sends a request and checks the status.
func (v *visitor) wants(status int, method, path string, fields ...any) answer {
	v.h.t.Helper()
	a := v.do(method, path, fields...)
	if a.Code != status {
		v.h.t.Errorf("%s %s %v: %d, want %d: %s", method, path, fields, a.Code, status, a.Body)
	}
	return a
}

const password = "four plain words here"

// admin is the first admin, root, signed in.
func (h *house) admin() *visitor {
	h.t.Helper()
	v := h.visitor()
	v.wants(200, "POST", "/one-time-link/use", "link", secretOf(h.opening.FirstLink), "name", "root", "password", password)
	return v
}

// member invites somebody and signs him in.
func (h *house) member(admin *visitor, name string, role access.Role, sites ...string) *visitor {
	h.t.Helper()
	link := admin.wants(200, "POST", "/users", "name", name, "role", role, "all_sites", len(sites) == 0, "sites", sites).text("link")
	v := h.visitor()
	v.wants(200, "POST", "/one-time-link/use", "link", secretOf(link), "password", password)
	return v
}

func secretOf(link string) string {
	_, secret, _ := strings.Cut(link, "#")
	return secret
}

// holds reads a number of records.
func holds[T any](h *house, table func(*store.Tx) store.Table[T]) (n int) {
	err := h.a.store.View(func(tx *store.Tx) error {
		all, err := table(tx).Find(func(T) bool { return true })
		n = len(all)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}
