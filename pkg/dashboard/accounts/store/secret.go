package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// secretBytes are 256 bits: too many to guess, so a plain hash keeps them.
const secretBytes = 32

// NewSecret draws a secret and tells its hash, the key under which it is stored.
func NewSecret(prefix string) (secret, hash string) {
	var random [secretBytes]byte
	rand.Read(random[:]) // never fails
	secret = prefix + base64.RawURLEncoding.EncodeToString(random[:])
	return secret, Hash(secret)
}

// Hash is how a secret is stored.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// idLength is enough to tell one person's records apart, and far too little to find the hash.
const idLength = 16

// ID names a record in the API without telling its key.
func ID(hash string) string { return Hash(hash)[:idLength] }
