package services

import (
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
)

func TestTellFirstLink(t *testing.T) {
	f := func(o accounts.Opening, want string) {
		t.Helper()
		var out strings.Builder
		tellFirstLink(&out, o)
		if out.String() != want {
			t.Errorf("it tells %q, want %q", out.String(), want)
		}
	}
	f(accounts.Opening{URL: "http://127.0.0.1:8080", Open: true}, "")
	f(accounts.Opening{FirstLink: "http://127.0.0.1:8080/welcome#x", FirstLinkFor: time.Hour},
		"The dashboard has no user yet. This link makes the first admin; it works once, within 1h0m0s:\nhttp://127.0.0.1:8080/welcome#x\n")
}
