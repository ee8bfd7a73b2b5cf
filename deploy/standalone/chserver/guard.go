package chserver

import (
	"context"
	"strconv"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// A read-only user passes three gates, each of which alone stops most of what it may not do:
// the engine runs its statements with readonly = 1; the engine's parser must say that the text is
// one statement that leaves no trace; and no function may be called that reaches outside the tables,
// judged on the text as the engine's formatter writes it, so that comments, quotes, letter case and
// escapes in names make no difference.

// harmless are the table functions that a read-only user may call. All others, those of later engines
// included, may reach files or other servers, or run a text as a query.
var harmless = []string{
	"numbers", "numbers_mt", "zeros", "zeros_mt", "primes", "generaterandom", "generateseries", "generate_series",
	"values", "sqlstandardvalues", "null", "view", "viewifpermitted", "merge",
	"format", // also a scalar function; as a table function the engine's readonly stops it
}

// outside are other functions that reach files, servers or the inside of the process, or hold a
// thread for nothing. "{}" is a placeholder in a function's place.
var outside = []string{
	"file", "filesystemavailable", "filesystemcapacity", "filesystemunreserved", "catboostevaluate",
	"aiclassify", "aiembed", "aiextract", "aigenerate", "aitranslate",
	"getserversetting", "getserverport", "getmacro", "shownamedcollection",
	"addresstoline", "addresstolinewithinlines", "addresstosymbol",
	"sleep", "sleepeachrow", "{}",
}

// forbiddenCalls asks the engine for its table functions.
func forbiddenCalls(ctx context.Context, c *engine.Conn) (map[string]bool, error) {
	r, err := c.Exec(ctx, engine.Statement{SQL: "SELECT lower(name) FROM system.table_functions", Format: "LineAsString"})
	if err != nil {
		return nil, err
	}
	calls := make(map[string]bool)
	for _, name := range append(textLines(r.Data), outside...) {
		calls[name] = true
	}
	for _, name := range harmless {
		delete(calls, name)
	}
	return calls, nil
}

// checkRead says whether a read-only user may run the statement.
func (s *Server) checkRead(ctx context.Context, r *running) error {
	formatted, err := r.conn.Exec(ctx, engine.Statement{
		SQL:    "SELECT formatQuerySingleLine({sql:String})",
		Format: "RawBLOB",
		Params: []engine.Param{{Name: "sql", Value: engine.Escape(r.sql)}},
	})
	if err != nil {
		return err // a syntax error, in the engine's words
	}
	if r.analysis.Class != engine.ReadOnly || r.analysis.Statements != 1 {
		return exception(codeReadonly, "READONLY", "Cannot execute query in readonly mode: this user may only read")
	}
	text := sqltext.Parse(string(formatted.Data))
	for _, name := range text.Calls() {
		if s.forbidden[name] {
			return exception(codeAccessDenied, "ACCESS_DENIED", "Not enough privileges: this user may not call '%s'", name)
		}
	}
	for _, set := range text.Settings() { // the engine looks at the outermost ones only
		if err := r.session.user.checkSetting(set.Name, set.Value); err != nil {
			return err
		}
	}
	return nil
}

// guarded are settings with which a read-only user could get around its limits. Those in User.caps
// may be lowered.
var guarded = map[string]bool{
	"readonly": true, "allow_ddl": true, "allow_introspection_functions": true, "profile": true, "dialect": true,
	"max_execution_time": true, "max_memory_usage": true, "max_result_rows": true,
	"max_result_bytes": true, "max_bytes_to_read": true, "max_bytes_to_read_leaf": true, "read_overflow_mode": true, "read_overflow_mode_leaf": true,
	"max_memory_usage_for_user": true, "max_untracked_memory": true, "max_execution_time_leaf": true,
	"timeout_before_checking_execution_speed": true, "timeout_overflow_mode": true, "result_overflow_mode": true,
	"memory_overcommit_ratio_denominator": true, "memory_overcommit_ratio_denominator_for_user": true,
	"memory_usage_overcommit_max_wait_microseconds": true, "max_temporary_data_on_disk_size_for_query": true,
	"max_temporary_data_on_disk_size_for_user": true, "implicit_select": true, "workload": true,
}

// checkSetting says whether the user may give a setting that value.
func (u User) checkSetting(name, value string) error {
	if !u.ReadOnly || !guarded[name] {
		return nil
	}
	if limit, ok := u.caps()[name]; ok {
		if v, err := strconv.ParseUint(value, 10, 64); err == nil && v > 0 && v <= limit {
			return nil
		}
		return exception(codeReadonly, "READONLY", "Cannot set '%s' to '%s': the limit of this user is %d", name, value, limit)
	}
	return exception(codeReadonly, "READONLY", "Cannot modify '%s' setting in readonly mode", name)
}
