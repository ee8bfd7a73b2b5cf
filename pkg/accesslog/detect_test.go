package accesslog

import (
	"bytes"
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		var out bytes.Buffer
		if err := Detect(LinesConfig{}, writeLog(t, "access.log", text), nil, &out); err != nil {
			t.Errorf("%v", err)
		}
		for _, w := range want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("got\n%s\nwant %q in it", out.String(), w)
			}
		}
	}
	many := pages("/1", "/2.css") + "junk\n" + manyPages(20)
	f(many, "view", "GET \"/1\"", "skip: static", "skip: malformed", "format  combined\n", "read    22 of the first 23 lines\n", "--access-format=combined\n")
	f(zipped(t, strings.ReplaceAll(many, "\"\n", "\" \"0123456789abcdef0123456789abcdef\"\n")),
		"0123456789abcdef0123456789abcdef\n", `use     --access-format='$remote_addr - `, `"$http_user_agent" "$request_id"'`)
	var out bytes.Buffer
	if err := Detect(LinesConfig{}, "-", strings.NewReader("a\nb\n"), &out); err == nil || !strings.Contains(err.Error(), "--access-format") {
		t.Errorf("got error %v", err)
	}
	if err := Detect(LinesConfig{AccessFormat: "what"}, "-", strings.NewReader("a\n"), &out); err == nil || !strings.Contains(err.Error(), "no name that is known") {
		t.Errorf("got error %v", err)
	}
}
