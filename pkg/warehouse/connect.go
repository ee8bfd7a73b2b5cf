package warehouse

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/footfall-analytics/footfall/pkg/credentials"
)

// setting begins the names of all settings of Config.
const setting = "clickhouse"

const (
	// dialTimeout is how long a new connection may take, at each address. A machine under load has been seen
	// to need more than five seconds.
	dialTimeout = 10 * time.Second
	// shunned is for how long an address that failed is tried after the others.
	shunned = 10 * time.Second
	// connLifetime ends the connections to a later address some time after an earlier one is back.
	connLifetime = 10 * time.Minute
)

// servers opens the connections. Addresses are tried in the order of the settings, so that everything
// goes through one of them as long as it lives: a reader sees what was just written, and an insert
// that is repeated comes to where it was first sent. One that failed comes last for a while, since
// some failures take long to show.
//
// All addresses must lead to the same data: the listeners or proxies of one server, or a service whose
// servers share their storage. Servers with tables of their own would each get some of the events.
// Replicas are not enough either: our tables are not made replicated, and what was just inserted need
// not be on another replica yet when the consumer or the rollup looks for it there.
type servers struct {
	cfg Config

	mu     sync.Mutex
	failed map[string]time.Time
}

// options are what clickhouse-go gets. They are complete for database/sql too, which does not ask the
// DialStrategy.
func (c Config) options() (*clickhouse.Options, error) {
	password, err := c.password()
	if err != nil {
		return nil, err
	}
	s := &servers{cfg: c, failed: map[string]time.Time{}}
	return &clickhouse.Options{
		Addr:            c.Addr,
		Auth:            clickhouse.Auth{Database: c.Database, Username: c.User, Password: password},
		Compression:     &clickhouse.Compression{Method: clickhouse.CompressionLZ4},
		DialContext:     s.connect,
		DialStrategy:    s.dial,
		DialTimeout:     dialTimeout * time.Duration(max(1, len(c.Addr))), // over all of them
		ConnMaxLifetime: connLifetime,
		ReadTimeout:     c.Timeout,
		ClientInfo:      clickhouse.ClientInfo{Products: []struct{ Name, Version string }{{Name: "footfall"}}},
	}, nil
}

// dial opens a connection to the first address that answers.
func (s *servers) dial(ctx context.Context, _ int, opt *clickhouse.Options, dial clickhouse.Dial) (clickhouse.DialResult, error) {
	password, err := s.cfg.password()
	if err != nil {
		return clickhouse.DialResult{}, err
	}
	var errs []error
	for _, addr := range s.order(time.Now()) {
		if ctx.Err() != nil && len(errs) > 0 { // this one has not had its chance
			break
		}
		one := *opt
		one.Auth.Password, one.DialTimeout = password, dialTimeout
		result, err := s.dialOne(ctx, addr, &one, dial)
		s.note(addr, err)
		if err == nil {
			return result, nil
		}
		errs = append(errs, fmt.Errorf("connect to %s: %w", addr, s.cfg.explain(err)))
	}
	return clickhouse.DialResult{}, errors.Join(errs...)
}

// dialOne closes the connection when the login fails, which clickhouse-go leaves open, and when ctx
// ends first, which its login does not look at.
func (s *servers) dialOne(ctx context.Context, addr string, opt *clickhouse.Options, dial clickhouse.Dial) (clickhouse.DialResult, error) {
	var conn net.Conn
	keep := func() bool { return true }
	opt.DialContext = func(ctx context.Context, addr string) (_ net.Conn, err error) {
		if conn, err = s.connect(ctx, addr); err == nil {
			keep = context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	result, err := dial(ctx, addr, opt)
	keep()
	if err != nil && conn != nil {
		conn.Close()
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}
	return result, err
}

func (s *servers) connect(ctx context.Context, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	return s.cfg.TLS.Dial(ctx, setting, addr)
}

// order is the addresses as they are to be tried.
func (s *servers) order(now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	addrs := slices.Clone(s.cfg.Addr)
	slices.SortStableFunc(addrs, func(a, b string) int {
		return s.rank(a, now) - s.rank(b, now)
	})
	return addrs
}

func (s *servers) rank(addr string, now time.Time) int {
	if now.Sub(s.failed[addr]) < shunned {
		return 1
	}
	return 0
}

func (s *servers) note(addr string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		delete(s.failed, addr)
	} else {
		s.failed[addr] = time.Now()
	}
}

// Codes of a ClickHouse that does not let us in.
const (
	codeUnknownDatabase      = 81
	codeAuthenticationFailed = 516
)

// explain says which setting to change when ClickHouse did not let us in.
func (c Config) explain(err error) error {
	switch {
	case isCode(err, codeAuthenticationFailed):
		return fmt.Errorf("clickhouse does not let user %q in: set clickhouse-user, and clickhouse-password-file or clickhouse-password, to what it knows: %w", c.User, err)
	case isCode(err, codeUnknownDatabase):
		return fmt.Errorf("clickhouse has no database %q: create it, or set clickhouse-database: %w", c.Database, err)
	}
	return err
}

func (c Config) password() (string, error) {
	return credentials.Password(setting+"-password", c.Password, c.PasswordFile)
}
