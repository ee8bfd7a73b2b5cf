package networks

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said are the remarks, one a line.
func said(remarks []Remark) (lines []string) {
	for _, r := range remarks {
		lines = append(lines, strings.Repeat("·", r.Line)+" "+r.Text)
	}
	return lines
}

func TestListFaults(t *testing.T) {
	f := func(path, content string, entries int, want ...string) {
		t.Helper()
		l := ReadList(path, []byte(content))
		if diff := cmp.Diff(want, said(l.Faults)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", content, diff)
		}
		if len(l.Entries) != entries {
			t.Errorf("%q has %d entries, want %d", content, len(l.Entries), entries)
		}
	}
	const classes = `business, isp, hosting, vpn, education, government`
	f("a.csv", "", 0)
	f("a.csv", "# none yet\nnetwork,organisation,class\n", 0)
	f("a.csv", "\uFEFFNetwork;Organisation;Class\r\n203.0.113.0/24;Müller, Söhne;\r\n;;\r\n", 1)
	f("a.csv", "203.0.113.0/24\tTabs Ltd\n", 1)
	f("a.csv", " 203.0.113.0/24 , A , isp \n", 1)
	f("a.csv", "192.0.2.0/33,A\n203.0.113.0/24,B\n192.0.2.1,\n192.0.2.2,C,firm\n203.0.113.9/24,D\n", 1,
		`· network "192.0.2.0/33" must be an address or a network such as 203.0.113.0/24`,
		`··· network "192.0.2.1" needs an organisation`,
		`···· class "firm" of network "192.0.2.2" must be one of `+classes,
		`····· network "203.0.113.9/24" is there twice, first in line 2`)
	f("a.csv", "192.0.2.1,M\xfcller\n", 0, `· organisation "M\xfcller" is not UTF-8: save the file as UTF-8`)
	f("a.csv", "192.0.2.1,A,isp,more\n", 0, `· row ["192.0.2.1" "A" "isp" "more"] must be network, organisation and class`)
	f("a.csv", "192.0.2.1,A\n192.0.2.2,\"B\n", 1, `·· read CSV: extraneous or missing " in quoted-field`)
	f("a.csv", "a, b\nfe80::1%eth0,A\n", 0,
		`· network "a" must be an address or a network such as 203.0.113.0/24`,
		`·· network "fe80::1%eth0" must be an address or a network such as 203.0.113.0/24`)
	f("a.yaml", "networks:\n  - {network: 192.0.2.1, organisation: A}\n  - {network: nowhere, organisation: B}\n", 1,
		`··· network "nowhere" must be an address or a network such as 203.0.113.0/24`)
	f("a.yaml", "netz: []\n", 0, "· read YAML: yaml: unmarshal errors:\n  line 1: field netz not found in type networks.entries")
}

func TestListNotes(t *testing.T) {
	f := func(content string, want ...string) {
		t.Helper()
		l := ReadList("a.csv", []byte(content))
		if diff := cmp.Diff(want, said(l.Notes())); diff != "" || len(l.Faults) > 0 {
			t.Errorf("%q has faults %v and (-want +got):\n%s", content, l.Faults, diff)
		}
	}
	f("192.0.2.0/24,A\n198.51.100.0/24,B\n2001:db8::/32,C\n")
	f("192.0.2.0/24,A\n192.0.2.128/25,A\n")
	f("192.0.2.128/25,B\n192.0.2.0/24,A\n192.0.2.129,C\n", "· 192.0.2.128/25 (B) lies within 192.0.2.0/24 (A, line 2); the narrower one counts",
		"··· 192.0.2.129/32 (C) lies within 192.0.2.128/25 (B, line 1); the narrower one counts")
	f("2001:db8::/32,A\n2001:db8:1::/48,B\n", "·· 2001:db8:1::/48 (B) lies within 2001:db8::/32 (A, line 1); the narrower one counts")
	f("0.0.0.0/0,All\n", "· 0.0.0.0/0 is very wide: all of it will be shown as All")
	f("192.0.2.1,First Bank\n192.0.2.2,first bank.\n", `·· "first bank." is a company of its own beside "First Bank" of line 1`)
}
