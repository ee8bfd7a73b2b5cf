package accesslog

import (
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/footfall-analytics/footfall/pkg/event"
)

func TestSkip(t *testing.T) {
	views := mustViews(t)
	f := func(method, target string, status uint16, contentType string, want format.Reason) {
		t.Helper()
		l := format.Line{Method: method, Target: target, Status: status, ContentType: contentType}
		if got := views.Skip(&l); got != want {
			t.Errorf("%s %s %d %s: got %q, want %q", method, target, status, contentType, got, want)
		}
	}
	f("GET", "/", 200, "", "")
	f("GET", "/", 299, "", "")
	f("GET", "/", 304, "", "")
	f("GET", "/a.html", 206, "", "")
	f("GET", "/v1.2/", 200, "", "")
	f("GET", "/a.css/b", 200, "", "")
	f("GET", "/acss", 200, "", "")
	f("GET", "/a.css%20", 200, "", "")
	f("GET", "/?file=a.png", 200, "", "")
	f("GET", "//", 200, "", "")
	f("GET", "http://site.zip", 200, "", "")
	f("GET", "http://site.zip?x", 200, "", "")
	f("GET", "http://site.example/"+strings.Repeat("é", 400), 200, "", "")

	f("GET", "/a.css", 200, "", format.SkipStatic)
	f("GET", "/a.min.JS?v=1", 200, "", format.SkipStatic)
	f("GET", "/.png", 304, "", format.SkipStatic)
	f("GET", "/a.WebManifest", 200, "", format.SkipStatic)
	f("GET", "/a.css#x?y", 200, "", format.SkipStatic)
	f("GET", "https://site.example/x.PDF?y=/", 200, "", format.SkipStatic)

	f("HEAD", "/", 200, "", format.SkipMethod)
	f("get", "/", 200, "", format.SkipMethod)
	f("POST", "/a.css", 404, "", format.SkipMethod)
	f("GET", "/a.css", 404, "", format.SkipStatus)
	for _, status := range []uint16{0, 101, 199, 300, 301, 303, 305, 400, 499, 500} {
		f("GET", "/", status, "", format.SkipStatus)
	}
	f("GET", "*", 200, "", format.SkipTarget)
	f("GET", "a/b", 200, "", format.SkipTarget)
	f("GET", "ftp://h/", 200, "", format.SkipTarget)
	f("GET", "http://", 200, "", format.SkipTarget)
	f("GET", "http:///a", 200, "", format.SkipTarget)

	f("GET", "/a.css", 200, "text/html; charset=utf-8", "")
	f("GET", "/feed.xml", 200, "Application/XHTML+xml", "")
	f("GET", "/", 200, "application/json", format.SkipContentType)

	f("GET", "/"+strings.Repeat("x", event.MaxURL-1), 200, "", "")
	f("GET", "/"+strings.Repeat("x", event.MaxURL), 200, "", format.SkipURLTooLong)
	f("GET", "/"+strings.Repeat("\xff", event.MaxURL/3), 200, "", "")
	f("GET", "/"+strings.Repeat("\xff", event.MaxURL/3+1), 200, "", format.SkipURLTooLong)
	f("GET", "http://site.example/"+strings.Repeat("é", 1100), 200, "", format.SkipURLTooLong)
}

func TestOwnExtensions(t *testing.T) {
	views := mustViews(t, "PHP", ".cgi ")
	f := func(target string, want format.Reason) {
		t.Helper()
		if got := views.Skip(&format.Line{Method: "GET", Target: target, Status: 200}); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
	f("/a.css", "")
	f("/a.php", format.SkipStatic)
	f("/a.CGI?x", format.SkipStatic)
	for _, bad := range []string{"", ".", ".tar.gz", "a/b", ".a b"} {
		if _, err := NewViews([]string{bad}); err == nil || !strings.Contains(err.Error(), `"`+bad+`"`) {
			t.Errorf("extension %q: got error %v", bad, err)
		}
	}
}

// TestBuiltInList: every ending of the list is skipped, in any case, and only at the end.
func TestBuiltInList(t *testing.T) {
	views := mustViews(t)
	for _, ext := range strings.Fields(StaticExtensions) {
		for target, want := range map[string]format.Reason{
			"/a" + ext: format.SkipStatic, "/A" + strings.ToUpper(ext) + "?q": format.SkipStatic, "/a" + ext + "x": "", "/a" + ext + "/": "",
		} {
			if got := views.Skip(&format.Line{Method: "GET", Target: target, Status: 200}); got != want {
				t.Errorf("%s: got %q, want %q", target, got, want)
			}
		}
	}
}
