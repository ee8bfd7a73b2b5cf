package beacon_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/beacon"
)

// Size budgets of the script, in bytes. 1,200 gzipped could not be had with every feature;
// deploy/bench/beaconsize says what each one costs.
const (
	maxGzipped = 1380
	maxBrotli  = 1200
)

func TestScriptStaysSmall(t *testing.T) {
	b := served(t, beacon.DefaultConfig())
	_, gz := fetch(b, "/beacon.js", "gzip")
	_, br := fetch(b, "/beacon.js", "br")
	t.Logf("beacon.js: %d bytes, %d gzipped, %d by brotli", len(beacon.Script()), len(gz), len(br))
	if len(gz) > maxGzipped || len(br) > maxBrotli {
		t.Errorf("beacon.js has %d bytes gzipped and %d by brotli, more than %d and %d", len(gz), len(br), maxGzipped, maxBrotli)
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

// The retry queue is the only storage, and no wall clock is read.
func TestScriptTouchesNothingElse(t *testing.T) {
	if found := regexp.MustCompile(`cookie|localStorage|indexedDB|caches|eval|canvas|Date|Function`).FindString(beacon.Script()); found != "" {
		t.Errorf("the script uses %s", found)
	}
	if found := regexp.MustCompile(`sessionStorage\.?\w*`).FindAllString(beacon.Script(), -1); len(found) == 0 {
		t.Error("the script has no retry queue")
	} else {
		for _, f := range found {
			if f != "sessionStorage.footfall" {
				t.Errorf("the script uses %s", f)
			}
		}
	}
}
