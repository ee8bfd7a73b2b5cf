package networks

import "testing"

// TestClasses: names as the files have them.
func TestClasses(t *testing.T) {
	c, err := parseClasses("", builtinClasses)
	if err != nil {
		t.Fatal(err)
	}
	f := func(number uint32, organisation, want string) {
		t.Helper()
		p := Place{ASN: number, Organisation: organisation}
		if c.fill(address, &p); p.Class != want {
			t.Errorf("%d %q is %q, want %q", number, organisation, p.Class, want)
		}
	}
	f(7922, "Comcast Cable Communications, LLC", "isp")
	f(64500, "Comcast Cable Communications, LLC", "isp")
	f(64500, "AT&T Enterprises, LLC", "isp")
	f(64500, "T-Mobile Austria GmbH", "isp")
	f(64500, "TELEFONICA DE ESPANA S.A.U.", "isp")
	f(64500, "Deutsche Telekom AG", "isp")
	f(64500, "Moldtelecom SA", "isp")
	f(64500, "Telecommuters Inc", "")
	f(8437, "Hutchison Drei Austria GmbH", "isp")
	f(64500, "Hutchison Drei Austria GmbH", "isp")
	f(6713, "Itissalat Al-MAGHRIB", "isp")
	f(206564, "Plus.line AG", "hosting")
	f(15169, "Google LLC", "hosting")
	f(64500, "Hetzner Online GmbH", "hosting")
	f(64500, "Amazon.com, Inc.", "hosting")
	f(64500, "The Pennsylvania State University", "education")
	f(64500, "Universität Wien", "education")
	f(64500, "Georgia Institute of Technology", "education")
	f(64500, "Ministerio de Defensa", "government")
	f(64500, "City of Springfield", "government")
	f(64500, "Banco Bilbao Vizcaya Argentaria, S.A.", "business")
	f(41935, "DASSAULT SYSTEMES SE", "business")
	f(714, "Apple Inc.", "business")
	f(270, "National Aeronautics and Space Administration", "government")
	f(44444, "Forcepoint UK Limited", "vpn")

	f(64500, "University Telecom", "") // two rules claim it
	f(64500, "Bankside Studios", "")   // words, not beginnings of words
	f(64500, "Some Name GmbH", "")
	f(64500, "", "")
	f(0, "", "")
}
