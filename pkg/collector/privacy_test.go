package collector_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// seen posts one event of a site by a token holder and returns it as published.
func seen(t *testing.T, d *door, site, address, at string) event.Event {
	t.Helper()
	resp, body := d.do(t, batch(fmt.Sprintf(`{"site":%q,"type":"pageview","url":"/","address":%q,"time":%q}`, site, address, at)))
	wantStatus(t, resp, body, http.StatusAccepted)
	all := d.published.all()
	return all[len(all)-1]
}

const morning = "2026-01-31T08:00:00Z"

func TestPrivacyModes(t *testing.T) {
	d := open(t, config())
	f := func(site, address, want string, mode event.AddressMode) {
		t.Helper()
		if e := seen(t, d, site, address, morning); e.Address.String() != want || e.AddressMode != mode {
			t.Errorf("%s of site %s became %s (%s), want %s (%s)", address, site, e.Address, e.AddressMode, want, mode)
		}
	}
	f("demo", "203.0.113.77", "203.0.113.77", event.Full)
	f("short", "203.0.113.77", "203.0.113.0", event.Truncated)
	f("short", "2001:db8:1:2:3::4", "2001:db8:1::", event.Truncated)
	f("short", "::ffff:203.0.113.77", "203.0.113.0", event.Truncated)
}

func TestKeyedAddress(t *testing.T) {
	cfg := config()
	cfg.AddressKey = "a secret of enough length"
	d := open(t, cfg)
	pseudonym := func(site, address, at string) netip.Addr {
		t.Helper()
		e := seen(t, d, site, address, at)
		if e.AddressMode != event.Keyed || !netip.MustParsePrefix("fd00::/8").Contains(e.Address) {
			t.Errorf("%s became %s (%s)", address, e.Address, e.AddressMode)
		}
		return e.Address
	}
	a := pseudonym("keyed", "203.0.113.77", morning)
	// The first value is written down: collectors of all versions must agree on it.
	if want := "fd9e:6a15:29ab:4709:5302:a3d4:da86:b02e"; a.String() != want {
		t.Errorf("pseudonym %s, want %s", a, want)
	}
	same := func(what string, b netip.Addr, want bool) {
		t.Helper()
		if (a == b) != want {
			t.Errorf("%s: pseudonyms %s and %s", what, a, b)
		}
	}
	same("the same day", pseudonym("keyed", "203.0.113.77", "2026-01-31T10:30:00Z"), true)
	same("another address", pseudonym("keyed", "203.0.113.78", morning), false)
	same("another site", pseudonym("keyed2", "203.0.113.77", morning), false)
	same("the day before", pseudonym("keyed", "203.0.113.77", "2026-01-30T08:00:00Z"), false)
	same("in UTC the day before, but not in Vienna", pseudonym("keyed", "203.0.113.77", "2026-01-30T23:30:00Z"), true)
}

func TestKeyedAddressWithoutASecretWarnsOnce(t *testing.T) {
	d, other := open(t, config()), open(t, config())
	a, again := seen(t, d, "keyed", "203.0.113.77", morning), seen(t, d, "keyed", "203.0.113.77", morning)
	b := seen(t, other, "keyed", "203.0.113.77", morning)
	if a.Address != again.Address || a.Address == b.Address {
		t.Errorf("pseudonyms %s, %s and of another process %s", a.Address, again.Address, b.Address)
	}
	if n := strings.Count(d.log.String(), "address-key"); n != 1 {
		t.Errorf("warned %d times: %s", n, d.log.String())
	}
}

// Whatever happens, neither a token nor a full address stands in the log.
func TestLogHoldsNoSecret(t *testing.T) {
	d := open(t, config())
	d.published.capacity = 0
	d.do(t, batch(`{"site":"demo","type":"pageview","url":"/","address":"203.0.113.77"}`))
	d.do(t, call{method: "POST", path: "/v1/batch", header: []string{"Authorization", "Bearer wrong-but-secret-too"}})
	d.do(t, post("{"))
	log := d.log.String()
	if log == "" {
		t.Fatal("nothing was logged")
	}
	for _, secret := range []string{token, "another-token", "wrong-but-secret", "203.0.113.77", "127.0.0.1"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q: %s", secret, log)
		}
	}
}

func TestTrustedFieldsOfABatch(t *testing.T) {
	d := open(t, config())
	resp, body := d.do(t, batch(`{"site":"demo","type":"pageview","url":"/a","witness":"log","address":"203.0.113.77","user_agent":"UA","time":"2026-01-31T08:00:00Z","method":"GET","status":304,"bytes":9,"content_type":"text/html","duration_ms":3}
{"site":"demo","type":"pageview","url":"/b"}`, "User-Agent", "shipper", "Accept-Language", "de"))
	wantStatus(t, resp, body, http.StatusAccepted)
	events := d.published.all()
	log, api := events[0], events[1]
	if log.Witness != event.LogLine || log.Address.String() != "203.0.113.77" || log.UserAgent != "UA" ||
		log.Time.Format("15:04") != "08:00" || log.Log != (event.Log{Method: "GET", Status: 304, Bytes: 9, ContentType: "text/html", Duration: 3}) {
		t.Errorf("log line: %+v", log)
	}
	// What the sender does not state is not taken from the sender's own headers, except the address.
	if api.Witness != event.API || api.Address.String() != "127.0.0.1" || api.UserAgent != "" || api.Language != "" {
		t.Errorf("server event: %+v", api)
	}
}
