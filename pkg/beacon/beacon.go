// Package beacon holds the script that pages load: its readable source, the built file, and how it
// is served.
//
// beacon.js is built from beacon.src.js by "go generate ./pkg/beacon" and committed; beacon.sum holds
// the SHA-256 of both, so that a test can tell that the one was built from the other.
package beacon

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

//go:generate go -C ../../deploy/bench run ./beaconbuild ../../pkg/beacon

//go:embed beacon.js
var script string

// Script is the built script.
func Script() string { return script }

// ETag names the content of the script, in quotes.
func ETag() string {
	sum := sha256.Sum256([]byte(script))
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

// Serve writes the script, or 304 to a browser that has it.
func Serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", ETag())
	http.ServeContent(w, r, "beacon.js", time.Time{}, strings.NewReader(script))
}
