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
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

// The engine reads users as a server does, from config.xml in its working directory, but is always
// the user default. So each account gets a process of its own in which it bears that name.
const accountVariable = "FOOTFALL_CHECK_ACCOUNT"

// accounts are what each account must be able to do, and what not, in the order in which a fresh
// ClickHouse sees them.
var accounts = []struct {
	name string
	try  func(context.Context, *warehouse.Warehouse, clickhouse.Conn) error
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
func withEngine(try func(context.Context, *warehouse.Warehouse, clickhouse.Conn) error) error {
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
	return try(ctx, w, conn)
}

// today is the day that the event of asIngest falls on.
func today() (ledger.Day, error) {
	days, err := ledger.Days(ledger.DateOf(time.Now().UTC()), ledger.DateOf(time.Now().UTC()), time.UTC)
	if err != nil {
		return ledger.Day{}, err
	}
	return days[0], nil
}

func asIngest(ctx context.Context, w *warehouse.Warehouse, conn clickhouse.Conn) error {
	if err := w.Migrate(ctx); err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	row := event.Stored{Event: event.Event{
		ID: event.NewID(now), ViewID: event.NewID(now), Site: "demo", Kind: event.Pageview, Witness: event.Beacon,
		Time: now, Received: now, Address: netip.MustParseAddr("192.0.2.1"), AddressMode: event.Full, Path: "/a",
	}}
	if err := w.Insert(ctx, []event.Stored{row}); err != nil {
		return err
	}
	if err := w.InsertDead(ctx, []event.Dead{{Time: now, Reason: "undecodable", Value: []byte{1}}}); err != nil {
		return err
	}
	return refused(ctx, conn, "DROP TABLE events", "ALTER TABLE events DELETE WHERE 1", "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a Int32')")
}

func asRollup(ctx context.Context, w *warehouse.Warehouse, conn clickhouse.Conn) error {
	if err := w.Migrate(ctx); err != nil {
		return err
	}
	day, err := today()
	if err != nil {
		return err
	}
	staged, err := w.Stage(ctx, uuid.New(), day, ledger.Selection{All: true})
	if err != nil {
		return err
	}
	if err := w.Publish(ctx, staged); err != nil {
		return err
	}
	sums, err := w.ReadBack(ctx, day)
	if err != nil {
		return err
	}
	for table, s := range sums {
		if s.Views != 1 {
			return fmt.Errorf("%s holds %d views of %s, want 1", table, s.Views, day)
		}
	}
	if err := w.Drop(ctx, staged); err != nil {
		return err
	}
	run := ledger.Run{ID: uuid.New(), Job: ledger.Daily, Date: day.Date, Zone: "UTC", State: ledger.Provisional, Started: time.Now(), Updated: time.Now()}
	if err := w.RecordRun(ctx, run); err != nil {
		return err
	}
	if _, err := w.DropLeftovers(ctx); err != nil {
		return err
	}
	return refused(ctx, conn, "CREATE USER x", "SELECT * FROM file('/etc/passwd', LineAsString)")
}

func asDashboard(ctx context.Context, w *warehouse.Warehouse, conn clickhouse.Conn) error {
	if _, rows, err := w.Report(ctx, "daily_by_site", map[string]string{"limit": "10"}); err != nil || len(rows) != 1 {
		return fmt.Errorf("daily_by_site gives %v, %w", rows, err)
	}
	return refused(ctx, conn, "DROP TABLE events", "TRUNCATE TABLE events")
}

func asAnalyst(ctx context.Context, _ *warehouse.Warehouse, conn clickhouse.Conn) error {
	var views uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM page_views").Scan(&views); err != nil || views != 1 {
		return fmt.Errorf("page_views holds %d views, want 1: %w", views, err)
	}
	return refused(ctx, conn,
		"DROP TABLE events", "INSERT INTO events (site) VALUES ('x')", "CREATE TABLE x (a Int8) ENGINE = Memory",
		"ALTER TABLE events DELETE WHERE 1",
		"SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a Int32')",
		"SELECT * FROM file('/etc/passwd', LineAsString)",
		"SELECT * FROM remote('127.0.0.1:1', default.events)",
		"SELECT * FROM s3('http://127.0.0.1:1/bucket/key.csv')",
		"SELECT 1 SETTINGS max_execution_time = 3600",
		"SELECT 1 SETTINGS max_memory_usage = 0",
		"SELECT 1 SETTINGS readonly = 0",
	)
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
