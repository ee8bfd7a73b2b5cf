package figures

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilters(t *testing.T) {
	f := func(want params, texts ...string) {
		t.Helper()
		filters, err := parseFilters(texts)
		if err != nil {
			t.Fatal(err)
		}
		full := params{"only": "{}", "except": "{}", "ip_from": "::", "ip_to": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}
		for k, v := range want {
			full[k] = v
		}
		if diff := cmp.Diff(full, filters.params()); diff != "" {
			t.Errorf("%v (-want +got):\n%s", texts, diff)
		}
		if filters.none() != (len(texts) == 0) {
			t.Errorf("%v: none is %v", texts, filters.none())
		}
	}
	f(params{})
	f(params{"only": `{'path':'/blog/%'}`}, "path:/blog/*")
	f(params{"only": `{'path':'/a\\_b\\%c'}`}, "path:/a_b%c")
	f(params{"only": `{'path':'/a:b'}`, "except": `{'device':'bot','path':'%.pdf'}`}, "path:/a:b", "path:!*.pdf", "device:!bot")
	f(params{"only": `{'referrer_host':''}`}, "referrer_host:")
	f(params{"only": `{'organisation':'O\'Neill \\\\ {}'}`}, `organisation:O'Neill \ {}`)
	f(params{"ip_from": "::ffff:203.0.113.7", "ip_to": "::ffff:203.0.113.7"}, "ip:203.0.113.7")
	f(params{"ip_from": "::ffff:203.0.112.0", "ip_to": "::ffff:203.0.115.255"}, "ip:203.0.113.9/22")
	f(params{"ip_from": "2001:db8::", "ip_to": "2001:db8:0:ffff:ffff:ffff:ffff:ffff"}, "ip:2001:db8::/48")
	for _, bad := range []string{"", "path", "shoe:42", "ip:", "ip:fe80::1%eth0", "ip:1.2.3.4/33"} {
		if _, err := parseFilters([]string{bad}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
