package beacon_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/beacon"
)

// maxGzipped is the size budget of the script.
const maxGzipped = 1200

func TestScriptStaysSmall(t *testing.T) {
	var b bytes.Buffer
	gz, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	gz.Write([]byte(beacon.Script()))
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("beacon.js: %d bytes, %d gzipped", len(beacon.Script()), b.Len())
	if b.Len() > maxGzipped {
		t.Errorf("beacon.js has %d bytes gzipped, more than %d", b.Len(), maxGzipped)
	}
}

// beacon.sum was written when the script was built. deploy/bench builds it again and compares.
func TestScriptIsBuiltFromItsSource(t *testing.T) {
	want, err := os.ReadFile("beacon.sum")
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, name := range []string{"beacon.src.js", "beacon.js"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name)
	}
	if got != string(want) {
		t.Errorf("run go generate ./pkg/beacon: have\n%swant\n%s", got, want)
	}
}

func TestScriptTouchesNoStorage(t *testing.T) {
	if found := regexp.MustCompile(`cookie|localStorage|sessionStorage|indexedDB|eval|canvas`).FindString(beacon.Script()); found != "" {
		t.Errorf("the script uses %s", found)
	}
}

func TestServe(t *testing.T) {
	get := func(ifNoneMatch string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/beacon.js", nil)
		r.Header.Set("If-None-Match", ifNoneMatch)
		w := httptest.NewRecorder()
		beacon.Serve(w, r)
		return w
	}
	first := get("")
	if first.Code != http.StatusOK || first.Body.String() != beacon.Script() {
		t.Fatalf("status %d, %d bytes", first.Code, first.Body.Len())
	}
	if again := get(first.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("with the ETag: status %d, %d bytes", again.Code, again.Body.Len())
	}
	if other := get(`"other"`); other.Code != http.StatusOK {
		t.Errorf("with another ETag: status %d", other.Code)
	}
}
