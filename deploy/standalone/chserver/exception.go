package chserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// ClickHouse's codes for what this server refuses itself.
const (
	codeNotImplemented       = 48
	codeSyntaxError          = 62
	codeUnknownFormat        = 73
	codeUnknownPacket        = 99
	codeTimeoutExceeded      = 159
	codeReadonly             = 164
	codeTooManyQueries       = 202
	codeNetworkError         = 210
	codeQueryCancelled       = 394
	codeTooManyRowsOrBytes   = 396
	codeAccessDenied         = 497
	codeAuthenticationFailed = 516
)

func exception(code int, name, format string, args ...any) *engine.Error {
	return &engine.Error{Code: code, Name: name, Message: fmt.Sprintf(format, args...)}
}

func notImplemented(what string) error {
	return exception(codeNotImplemented, "NOT_IMPLEMENTED", "%s are not supported by the embedded ClickHouse", what)
}

func tooManyClients(limit int) error {
	return exception(codeTooManyQueries, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many clients: the limit is %d", limit)
}

// asException finds the exception in err, or makes one of it.
func asException(err error) *engine.Error {
	var e *engine.Error
	switch {
	case errors.Is(err, errStopping), errors.Is(err, errClientGone), errors.Is(err, errClientCancelled):
		return exception(codeQueryCancelled, "QUERY_WAS_CANCELLED", "Query was cancelled: %v", err)
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded):
		return exception(codeTimeoutExceeded, "TIMEOUT_EXCEEDED", "Timeout exceeded: %v", err)
	}
	return exception(engine.CodeUnknownException, "UNKNOWN_EXCEPTION", "%v", err)
}

// Reasons for which a statement's context ends.
var (
	errStopping        = errors.New("the server is stopping")
	errClientGone      = errors.New("the client has gone")
	errClientCancelled = errors.New("the client asked for it")
)
