package collector

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// tokens are the digests of the server tokens. Digests have one length, so that comparing tells
// nothing of the length of a token either.
type tokens [][sha256.Size]byte

func newTokens(given []string) tokens {
	t := make(tokens, len(given))
	for i, s := range given {
		t[i] = sha256.Sum256([]byte(s))
	}
	return t
}

// allow reports whether the request carries one of the tokens. Every token is compared, whichever
// matches.
func (t tokens) allow(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return false
	}
	got, found := sha256.Sum256([]byte(strings.TrimSpace(token))), 0
	for i := range t {
		found |= subtle.ConstantTimeCompare(got[:], t[i][:])
	}
	return found == 1
}
