package check

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// The engine reads users as a server does, from config.xml in its working directory, but is always
// the user default. So each account gets a process of its own in which it bears that name.
const accountVariable = "FOOTFALL_CHECK_ACCOUNT"

// session is the engine as a service sees it: an address, behind which is the account.
type session struct {
	addr      string
	warehouse *warehouse.Warehouse
	conn      clickhouse.Conn
}

// accounts are what each account must be able to do, and what not, in the order in which a fresh
// ClickHouse sees them.
var accounts = []struct {
	name string
	try  func(context.Context, session) error
}{
	{"ingest", asIngest},
	{"rollup", asRollup},
	{"dashboard", asDashboard},
	{"analyst", asAnalyst},
}

func TestMain(m *testing.M) {
	name := os.Getenv(accountVariable)
	if name == "" {
		os.Exit(m.Run())
	}
	for _, a := range accounts {
		if a.name != name {
			continue
		}
		if err := withEngine(a.try); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// TestAccounts runs the real statements of each service under the grants and limits that
// deploy/clickhouse/users.d gives to its account.
func TestAccounts(t *testing.T) {
	dir := t.TempDir()
	for _, a := range accounts {
		config(t, dir, a.name)
		cmd := exec.Command(os.Args[0])
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), accountVariable+"="+a.name)
		for _, other := range accounts {
			cmd.Env = append(cmd.Env, "FOOTFALL_SHA256_"+strings.ToUpper(other.name)+"="+strings.Repeat("5f", 32))
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("as %s: %v\n%s", a.name, err, out)
		}
	}
}

// config writes what the image's entry point finds in /etc/clickhouse-server.
func config(t *testing.T, dir, account string) {
	t.Helper()
	users := adapt(t, "../../clickhouse/users.d/footfall.xml", map[string]string{
		`<default remove="remove"/>`: "",
		"<" + account + ">":          `<default replace="replace">`,
		"</" + account + ">":         "</default>",
		`<password_sha256_hex from_env="FOOTFALL_SHA256_` + strings.ToUpper(account) + `"/>`: "<password/>",
	})
	for name, content := range map[string]string{
		"config.xml": `<clickhouse><user_directories><users_xml><path>` + dir + `/users.xml</path></users_xml></user_directories></clickhouse>`,
		"users.xml": `<clickhouse><profiles><default/></profiles><quotas><default/></quotas>` +
			`<users><default><password/><profile>default</profile><quota>default</quota></default></users></clickhouse>`,
		"users.d/footfall.xml": users,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// withEngine opens the engine on the folder data, and gives both ends of a connection to it.
func withEngine(try func(context.Context, session) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	library, err := fetch.Library(ctx, slog.Default())
	if err != nil {
		return err
	}
	e, err := engine.Open(library, "data", engine.Options{})
	if err != nil {
		return err
	}
	defer e.Close(ctx)
	settings := chserver.DefaultConfig()
	settings.NativeAddr, settings.HTTPAddr = "127.0.0.1:0", "127.0.0.1:0"
	server, err := chserver.New(e, settings, slog.Default())
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	defer server.Stop(ctx)
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{server.NativeAddr()}})
	if err != nil {
		return err
	}
	defer conn.Close()
	w, err := warehouse.New(warehouse.Config{
		Addr: []string{server.NativeAddr()}, Database: "default", User: "default", Timeout: time.Minute,
	})
	if err != nil {
		return err
	}
	defer w.Stop(ctx)
	return try(ctx, session{server.NativeAddr(), w, conn})
}

func asIngest(ctx context.Context, s session) error {
	if err := s.warehouse.Migrate(ctx); err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	row := event.Stored{Event: event.Event{
		ID: event.NewID(now), ViewID: event.NewID(now), Site: "demo", Kind: event.Pageview, Witness: event.Beacon,
		Time: now, Received: now, Address: netip.MustParseAddr("192.0.2.1"), AddressMode: event.Full, Path: "/a",
	}}
	if err := s.warehouse.Insert(ctx, []event.Stored{row}); err != nil {
		return err
	}
	if err := s.warehouse.InsertDead(ctx, []event.Dead{{Time: now, Reason: "undecodable", Value: []byte{1}}}); err != nil {
		return err
	}
	return refused(ctx, s.conn, "DROP TABLE events", "ALTER TABLE events DELETE WHERE 1", "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a Int32')")
}

func asRollup(ctx context.Context, s session) error {
	if err := s.warehouse.Migrate(ctx); err != nil {
		return err
	}
	// Without a Kafka the day stays provisional, which is no matter here.
	code := daemon.Main("rollup", "", &services.Rollup{}, []string{
		"run", "--day=today", "--clickhouse-addr=" + s.addr, "--kafka-addr=127.0.0.1:1", "--rollup-wait=100ms",
	}, os.Stdout, os.Stderr)
	if code != 0 {
		return fmt.Errorf("rollup run ended with %d", code)
	}
	if err := count(ctx, s.conn, "SELECT sum(accesses) FROM daily_ip_access"); err != nil {
		return err
	}
	return refused(ctx, s.conn, "CREATE USER x", "SELECT * FROM file('/etc/passwd', LineAsString)")
}

func asDashboard(ctx context.Context, s session) error {
	if _, rows, err := s.warehouse.Report(ctx, "daily_by_site", map[string]string{"limit": "10"}); err != nil || len(rows) != 1 {
		return fmt.Errorf("daily_by_site gives %v, %w", rows, err)
	}
	request := ledger.Request{ID: uuid.New(), Job: ledger.Daily, Zone: "UTC", State: ledger.RequestOpen, Requested: time.Now(), Updated: time.Now()}
	if err := s.warehouse.RecordRequests(ctx, []ledger.Request{request}); err != nil {
		return err
	}
	return refused(ctx, s.conn, "DROP TABLE events", "TRUNCATE TABLE events", "INSERT INTO events (site) VALUES ('x')",
		"INSERT INTO job_runs (views) VALUES (1)", "ALTER TABLE job_requests DELETE WHERE 1", "CREATE TABLE x (a Int8) ENGINE = Memory",
		"SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a Int32')", "SELECT 1 SETTINGS max_execution_time = 3600")
}

func asAnalyst(ctx context.Context, s session) error {
	if err := count(ctx, s.conn, "SELECT count() FROM page_views"); err != nil {
		return err
	}
	if err := limited(ctx, s.conn); err != nil {
		return err
	}
	return refused(ctx, s.conn,
		"DROP TABLE events", "INSERT INTO events (site) VALUES ('x')", "CREATE TABLE x (a Int8) ENGINE = Memory",
		"ALTER TABLE events DELETE WHERE 1",
		"SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a Int32')",
		"SELECT * FROM file('/etc/passwd', LineAsString)",
		"SELECT * FROM remote('127.0.0.1:1', default.events)",
		"SELECT * FROM s3('http://127.0.0.1:1/bucket/key.csv')",
		"SELECT 1 SETTINGS max_execution_time = 3600",
		"SELECT 1 SETTINGS max_memory_usage = 0",
		"SELECT 1 SETTINGS max_memory_usage_for_user = 0",
		"SELECT 1 SETTINGS max_untracked_memory = 100000000000",
		"SELECT 1 SETTINGS max_temporary_data_on_disk_size_for_user = 0",
		"SELECT 1 SETTINGS max_result_rows = 0",
		"SELECT 1 SETTINGS max_result_bytes = 0",
		"SELECT 1 SETTINGS max_bytes_to_read = 1000000000000",
		"SELECT 1 SETTINGS max_concurrent_queries_for_user = 0",
		"SELECT 1 SETTINGS timeout_overflow_mode = 'break'",
		"SELECT * FROM system.users",
		"SELECT 1 SETTINGS readonly = 0",
	)
}

// limited goes over each limit of the analyst, lowered where the given one would take a while.
func limited(ctx context.Context, conn clickhouse.Conn) (failed error) {
	for _, l := range []struct {
		sql  string
		code int32
	}{
		{"SELECT sum(sipHash64(number)) FROM numbers(1000000000000) SETTINGS max_execution_time = 1", 159},
		{"SELECT length(groupArray(number)) FROM numbers(100000000) SETTINGS max_memory_usage = 10000000", 241},
		{"SELECT number FROM numbers(10000001)", 396},
		{"SELECT repeat('x', 1000) FROM numbers(1000) SETTINGS max_result_bytes = 1000", 396},
		{"SELECT any(path), any(ip), any(event_time) FROM events SETTINGS max_bytes_to_read = 1", 307},
	} {
		err := conn.Exec(ctx, l.sql)
		var exception *clickhouse.Exception
		if !errors.As(err, &exception) || exception.Code != l.code {
			failed = errors.Join(failed, fmt.Errorf("%s: want code %d: %w", l.sql, l.code, err))
		}
	}
	return failed
}

// count expects the one view of asIngest.
func count(ctx context.Context, conn clickhouse.Conn, query string) error {
	var views uint64
	if err := conn.QueryRow(ctx, query).Scan(&views); err != nil || views != 1 {
		return fmt.Errorf("%s gives %d, want 1: %w", query, views, err)
	}
	return nil
}

// What a refusal may be called: ACCESS_DENIED, READONLY, SETTING_CONSTRAINT_VIOLATION.
var refusals = map[int32]bool{497: true, 164: true, 452: true}

// refused runs statements that the account must not be able to run.
func refused(ctx context.Context, conn clickhouse.Conn, statements ...string) (failed error) {
	for _, s := range statements {
		err := conn.Exec(ctx, s)
		var exception *clickhouse.Exception
		if !errors.As(err, &exception) || !refusals[exception.Code] {
			failed = errors.Join(failed, fmt.Errorf("%s: not refused: %w", s, err))
		}
	}
	return failed
}
