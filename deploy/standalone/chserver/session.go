package chserver

import (
	"context"
	"maps"
	"strings"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// session is what a client keeps between its statements: the current database and what it SET. Every
// statement runs on an engine connection of its own, made with these settings, which costs a tenth of
// a millisecond and leaves nothing behind.
type session struct {
	user     User
	database string
	settings map[string]string
	params   map[string]string // SET param_x
}

func newSession(u User, database string) *session {
	return &session{user: u, database: database, settings: make(map[string]string), params: make(map[string]string)}
}

// query is one statement with what came along with it.
type query struct {
	text     sqltext.Statement
	settings map[string]string
	params   []engine.Param
	readOnly bool // asked for in a way that must not change anything (HTTP GET)
}

// running is a statement that may run: checked, on its connection.
type running struct {
	*query
	server   *Server
	session  *session
	conn     *engine.Conn
	sql      string          // the statement as it runs: without its FORMAT clause
	analysis engine.Analysis // of sql
}

// begin opens a connection for the query and checks that the user may run it. The caller ends
// what it gets.
func (s *Server) begin(ctx context.Context, sess *session, q *query) (*running, error) {
	settings, err := sess.merge(q)
	if err != nil {
		return nil, err
	}
	if err := s.turns.take(sess.user); err != nil {
		return nil, err
	}
	conn, err := s.engine.Connect(ctx, settings)
	if err != nil {
		s.turns.give(sess.user)
		return nil, err
	}
	r := &running{query: q, server: s, session: sess, conn: conn}
	if err := s.prepare(ctx, r); err != nil {
		r.end()
		return nil, err
	}
	return r, nil
}

// end gives back the connection and the user's turn.
func (r *running) end() {
	r.conn.Close()
	r.server.turns.give(r.session.user)
}

// merge lays the query's settings over the session's and the user's.
func (sess *session) merge(q *query) (map[string]string, error) {
	asked := maps.Clone(sess.settings)
	for name, value := range q.settings {
		if err := sess.user.checkSetting(name, value); err != nil {
			return nil, err
		}
		asked[name] = value
	}
	if q.readOnly && asked["readonly"] == "" {
		asked["readonly"] = "2"
	}
	for name, value := range sess.params {
		q.params = append([]engine.Param{{Name: name, Value: value}}, q.params...) // a later one wins
	}
	return sess.user.settings(asked), nil
}

func (s *Server) prepare(ctx context.Context, r *running) error {
	if db := r.session.database; db != "" && db != "default" {
		if err := r.conn.Use(ctx, db); err != nil && !r.text.Starts("USE") && !r.text.Starts("CREATE", "DATABASE") {
			return err // a session must be able to leave, or make, a database that is not there
		}
	}
	if _, ok := r.text.Insert(); ok {
		if r.session.user.ReadOnly || r.readOnly {
			return exception(codeReadonly, "READONLY", "Cannot execute query in readonly mode: INSERT")
		}
		return nil // not classified: that would read all of its data
	}
	r.sql, _ = r.text.Output()
	var err error
	if r.analysis, err = r.conn.Classify(r.sql); err != nil {
		return err
	}
	return s.check(ctx, r)
}

func (s *Server) check(ctx context.Context, r *running) error {
	switch {
	case r.text.Temporary():
		return notImplemented("temporary tables")
	case r.text.Has("INTO", "OUTFILE"), r.text.Has("FROM", "INFILE"):
		return notImplemented("INTO OUTFILE and FROM INFILE, which are a client's business,")
	case r.text.Several():
		return exception(codeSyntaxError, "SYNTAX_ERROR", "Syntax error: multi-statements are not allowed")
	case r.isSession():
		return nil
	case r.session.user.ReadOnly:
		return s.checkRead(ctx, r)
	case r.readOnly && r.analysis.Class != engine.ReadOnly && r.analysis.Class != engine.Unknown:
		return exception(codeReadonly, "READONLY", "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly; use method POST for modifying queries")
	}
	return nil
}

// isSession says whether the statement changes the session only.
func (r *running) isSession() bool {
	if r.analysis.Statements != 1 || r.analysis.Class != engine.Control {
		return false
	}
	_, set := r.text.Assignments()
	return set || r.text.Starts("USE")
}

// run executes a statement that gives no stream of rows and keeps what it changed in the session.
func (r *running) run(ctx context.Context, format string) (engine.Result, error) {
	if r.isSession() {
		return engine.Result{}, r.runSession(ctx)
	}
	return r.conn.Exec(ctx, engine.Statement{SQL: r.sql, Format: format, Params: r.params})
}

func (r *running) runSession(ctx context.Context) error {
	assignments, set := r.text.Assignments()
	for _, a := range assignments {
		if err := r.session.user.checkSetting(a.Name, a.Value); err != nil {
			return err
		}
	}
	if set && r.session.user.ReadOnly { // readonly = 1 refuses SET; the next connection takes the values
		changed := r.session.with(assignments)
		if err := r.server.engine.CheckSettings(r.session.user.settings(changed.settings)); err != nil {
			return err
		}
		*r.session = *changed
		return nil
	}
	if _, err := r.conn.Exec(ctx, engine.Statement{SQL: r.sql, Params: r.params}); err != nil {
		return err
	}
	if set {
		*r.session = *r.session.with(assignments)
		return nil
	}
	result, err := r.conn.Exec(ctx, engine.Statement{SQL: "SELECT currentDatabase()", Format: "RawBLOB"})
	if err == nil {
		r.session.database = string(result.Data)
	}
	return err
}

// with is the session after a SET.
func (sess *session) with(assignments []sqltext.Assignment) *session {
	changed := *sess
	changed.settings, changed.params = maps.Clone(sess.settings), maps.Clone(sess.params)
	for _, a := range assignments {
		name, isParam := strings.CutPrefix(a.Name, "param_")
		switch {
		case isParam:
			changed.params[name] = a.Value
		case a.Default:
			delete(changed.settings, a.Name)
		default:
			changed.settings[a.Name] = a.Value
		}
	}
	return &changed
}
