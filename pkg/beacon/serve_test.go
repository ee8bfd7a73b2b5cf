package beacon_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/footfall-analytics/footfall/pkg/beacon"
)

func served(t *testing.T, cfg beacon.Config) *beacon.Beacon {
	t.Helper()
	b, err := beacon.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fetch(b *beacon.Beacon, path, encodings string, header ...string) (*httptest.ResponseRecorder, []byte) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encodings)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.Serve(w, r)
	return w, w.Body.Bytes()
}

func TestEncodings(t *testing.T) {
	b := served(t, beacon.DefaultConfig())
	f := func(accepted, want string) {
		t.Helper()
		w, body := fetch(b, "/beacon.js", accepted)
		h := w.Header()
		if h.Get("Content-Encoding") != want || h.Get("Vary") != "Accept-Encoding" {
			t.Fatalf("%q gets %v", accepted, h)
		}
		var plain io.Reader = bytes.NewReader(body)
		switch want {
		case "gzip":
			z, err := gzip.NewReader(plain)
			if err != nil {
				t.Fatal(err)
			}
			plain = z
		case "br":
			plain = brotli.NewReader(plain)
		}
		content, err := io.ReadAll(plain)
		if err != nil || string(content) != beacon.Script() {
			t.Errorf("%q: %d bytes, %v", accepted, len(content), err)
		}
		if again, body := fetch(b, "/beacon.js", accepted, "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified || len(body) > 0 {
			t.Errorf("%q with the ETag: status %d, %d bytes", accepted, again.Code, len(body))
		}
		if again, _ := fetch(b, "/beacon.js", accepted, "If-None-Match", `"other"`); again.Code != http.StatusOK {
			t.Errorf("%q with another ETag: status %d", accepted, again.Code)
		}
	}
	f("", "")
	f("identity", "")
	f("gzip, deflate, br, zstd", "br")
	f("gzip", "gzip")
	f("GZIP;q=0.5", "gzip")
	f("br;q=0, gzip", "gzip")
	f("br;q=0.000, gzip; q=0", "")
	f("brrr", "")
}

// The pinned address is cached for ever, and what it serves has the stated integrity.
func TestPinned(t *testing.T) {
	b := served(t, beacon.DefaultConfig())
	w, body := fetch(b, b.PinnedPath(), "")
	sum := sha512.Sum384(body)
	if b.Integrity() != "sha384-"+base64.StdEncoding.EncodeToString(sum[:]) {
		t.Errorf("integrity %s is not that of the content", b.Integrity())
	}
	if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("cache-control %q", got)
	}
	if w, _ := fetch(b, "/beacon.0123456789abcdef.js", ""); strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("the address of another version is cached for ever")
	}
	f := func(path string, want bool) {
		t.Helper()
		if b.IsPinned(path) != want {
			t.Errorf("IsPinned(%q) is not %t", path, want)
		}
	}
	f(b.PinnedPath(), true)
	f("/beacon.0123456789abcdef.js", true)
	f("/beacon.js", false)
	f("/beacon.0123456789abcdeg.js", false)
	f("/beacon.0123456789abcdef0.js", false)
	f("/x/beacon.0123456789abcdef.js", false)
}

// A renamed script still finds its endpoint.
func TestRenamed(t *testing.T) {
	f := func(script, events, want string) {
		t.Helper()
		cfg := beacon.Config{BeaconPath: script, EventsPath: events, PixelPath: "/p.gif"}
		if content := served(t, cfg).Content(); !strings.Contains(content, `new URL("`+want+`",`) {
			t.Errorf("%s does not post to %s:\n%s", script, want, content)
		}
	}
	f("/beacon.js", "/v1/events", "v1/events")
	f("/a/b.js", "/a/hello", "hello")
	f("/a/b.js", "/hello", "/hello")
	f("/a/b.js", "/ab/hello", "/ab/hello")
}

func TestRefusedPaths(t *testing.T) {
	f := func(cfg beacon.Config, want string) {
		t.Helper()
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", cfg, err, want)
		}
	}
	f(beacon.Config{"beacon.js", "/e", "/p"}, `"beacon.js"`)
	f(beacon.Config{"/b.js", "/e e", "/p"}, `"/e e"`)
	f(beacon.Config{"/b.js", "/e", "/../p"}, `"/../p"`)
	f(beacon.Config{"/b.js", "/e", "/b.js"}, "taken by beacon-path")
	f(beacon.Config{"/b.js", "/v1/batch", "/p"}, "taken by batches")
	f(beacon.Config{"/demo/b.js", "/e", "/p"}, "/demo")
	f(beacon.Config{"/tag", "/e", "/p"}, "/tag")
	f(beacon.Config{"/:b", "/e", "/p"}, `"/:b"`)
}

func TestSnippet(t *testing.T) {
	b := served(t, beacon.DefaultConfig())
	f := func(tag beacon.Tag, want string) {
		t.Helper()
		if got := b.Snippet(tag).Script; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	f(beacon.Tag{Collector: "https://s.example/", Site: "a"}, `<script defer src="https://s.example/beacon.js" data-site="a"></script>`)
	f(beacon.Tag{Collector: "https://s.example/x", Site: `"><b>`, Hash: true, DNT: true, Manual: true, Exclude: `/a"`},
		`<script defer src="https://s.example/x/beacon.js" data-site="&#34;&gt;&lt;b&gt;" data-hash data-manual data-dnt data-exclude="/a&#34;"></script>`)
	f(beacon.Tag{Collector: "https://s.example", Site: "a", Pinned: true},
		`<script defer src="https://s.example`+b.PinnedPath()+`" integrity="`+b.Integrity()+`" crossorigin="anonymous" data-site="a"></script>`)
	if got := b.Snippet(beacon.Tag{Collector: "https://s.example", Site: "a b", DNT: true, IgnoreGPC: true}).NoScript; !strings.Contains(got, `src="https://s.example/v1/pixel.gif?site=a+b&amp;dnt&amp;ignore-gpc"`) {
		t.Errorf("noscript %s", got)
	}
	if got := b.Snippet(beacon.Tag{Collector: "https://s.example/x", Site: "a"}).Policy; got != "script-src https://s.example; connect-src https://s.example; img-src https://s.example" {
		t.Errorf("policy %q", got)
	}
}
