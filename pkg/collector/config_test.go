package collector_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/beacon"
	"github.com/footfall-analytics/footfall/pkg/collector"
)

// parse reads settings as a process does.
func parse(t *testing.T, args ...string) (collector.Config, error) {
	t.Helper()
	var commands struct{ collector.Config }
	parser, err := kong.New(&commands, kong.DefaultEnvars("FOOTFALL"), kong.Writers(&bytes.Buffer{}, &bytes.Buffer{}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return commands.Config, err
}

func TestDefaults(t *testing.T) {
	got, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	want := collector.Config{
		Config:        beacon.DefaultConfig(),
		CollectorAddr: "127.0.0.1:8081", MaxConnections: 4096, PublishTimeout: 5 * time.Second, BatchesAtOnce: 8, Demo: true,
		RateAddress: collector.Rate{PerSecond: 50, Burst: 200}, RateSite: collector.Rate{PerSecond: 5000, Burst: 20000},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSettingsFromTheEnvironment(t *testing.T) {
	t.Setenv("FOOTFALL_TOKEN", "first-token-012345,second-token-01234")
	t.Setenv("FOOTFALL_TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.1")
	t.Setenv("FOOTFALL_FORWARDED_HEADER", "X-Forwarded-For")
	t.Setenv("FOOTFALL_RATE_ADDRESS", "0")
	t.Setenv("FOOTFALL_RATE_SITE", "1.5")
	got, err := parse(t, "--no-demo")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Token) != 2 || len(got.TrustedProxies) != 2 || got.Demo || got.RateAddress != (collector.Rate{}) || got.RateSite != (collector.Rate{PerSecond: 1.5, Burst: 1}) {
		t.Errorf("read as %+v", got)
	}
}

func TestWrongSettings(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		if _, err := parse(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", args, err, want)
		}
	}
	f("HOST:PORT", "--collector-addr=8081")
	f("max-connections 0", "--max-connections=0")
	f("batches-at-once 0", "--batches-at-once=0")
	f("publish-timeout 0s", "--publish-timeout=0s")
	f("publish-timeout 1h", "--publish-timeout=1h")
	f("server token 1", "--token=short")
	f("server token 2", "--token=long-enough-0123456", "--token=has spaces in it 012")
	f("read token-file", "--token-file=missing")
	f("address-key must have", "--address-key=short")
	f("choose one", "--address-key=long-enough-0123456", "--address-key-file=x")
	f("read address-key-file", "--address-key-file=missing")
	f("set both or neither", "--trusted-proxies=10.0.0.0/8")
	f("set both or neither", "--forwarded-header=X-Real-IP")
	f(`"10.0.0.0/33"`, "--trusted-proxies=10.0.0.0/33", "--forwarded-header=X-Real-IP")
	f(`"::ffff:10.0.0.0/104"`, "--trusted-proxies=::ffff:10.0.0.0/104", "--forwarded-header=X-Real-IP")
	f("bare addresses", "--trusted-proxies=10.0.0.0/8", "--forwarded-header=Forwarded")
	f("bare addresses", "--trusted-proxies=10.0.0.0/8", "--forwarded-header=X-Real-IP, X-Forwarded-For")
	f("rate", "--rate-address=many")
	f("rate", "--rate-address=-1")
	f("rate", "--rate-address=NaN")
	f("burst", "--rate-address=5:0")
	f("burst", "--rate-address=5:x")
}

func TestSecretsAreNotInErrors(t *testing.T) {
	for _, arg := range []string{"--token=hunter2", "--address-key=hunter2"} {
		if _, err := parse(t, arg); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", arg, err)
		}
	}
}

func TestSecretsFromFiles(t *testing.T) {
	cfg := config()
	folder := t.TempDir()
	cfg.TokenFile, cfg.AddressKeyFile = filepath.Join(folder, "tokens"), filepath.Join(folder, "key")
	for file, content := range map[string]string{
		cfg.TokenFile:      "# servers\n\n  file-token-0123456789  \r\nfile-token-two-0123456\n",
		cfg.AddressKeyFile: "a secret of enough length\n",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := open(t, cfg)
	f := func(bearer string, want int) {
		t.Helper()
		c := batch(view)
		c.header[3] = bearer
		if resp, body := d.do(t, c); resp.StatusCode != want {
			t.Errorf("%s: status %d, want %d: %s", bearer, resp.StatusCode, want, body)
		}
	}
	f("Bearer file-token-0123456789", http.StatusAccepted)
	f("bearer file-token-two-0123456", http.StatusAccepted)
	f("Bearer "+token, http.StatusAccepted)
	f("Bearer # servers", http.StatusUnauthorized)
	f("Bearer ", http.StatusUnauthorized)
	f("file-token-0123456789", http.StatusUnauthorized)
	// The pseudonym of TestKeyedAddress, whose key is the same.
	if e := seen(t, d, "keyed", "203.0.113.77", morning); e.Address.String() != "fd9e:6a15:29ab:4709:5302:a3d4:da86:b02e" {
		t.Errorf("pseudonym %s", e.Address)
	}
}
