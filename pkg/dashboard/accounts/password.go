package accounts

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts/store"
)

// Bounds of a password. There are no rules of composition: they make passwords worse.
const (
	shortestPassword = 12   // characters
	longestPassword  = 1024 // bytes
)

// costOfPasswords is RFC 9106's second recommended option: 64 MiB, 3 passes, 4 lanes.
var costOfPasswords = argon2id.Params{Memory: 64 << 10, Iterations: 3, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// hashesAtOnce bounds the memory that sign-ins take.
const hashesAtOnce = 2

// passwords hashes and compares.
type passwords struct {
	cost  argon2id.Params
	turns chan struct{}
	dummy string
}

func newPasswords(cost argon2id.Params) (*passwords, error) {
	unknown, _ := store.NewSecret("")
	dummy, err := argon2id.CreateHash(unknown, &cost)
	if err != nil {
		return nil, fmt.Errorf("hash password: %w", err)
	}
	return &passwords{cost, make(chan struct{}, hashesAtOnce), dummy}, nil
}

// turn waits until there is memory for one hash.
func (p *passwords) turn(ctx context.Context) (done func(), err error) {
	select {
	case p.turns <- struct{}{}:
		return func() { <-p.turns }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a turn to hash a password: %w", ctx.Err())
	}
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	done, err := p.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	hash, err := argon2id.CreateHash(password, &p.cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// matches compares. Where there is no hash it takes as long and says no.
func (p *passwords) matches(ctx context.Context, password, hash string) (bool, error) {
	done, err := p.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	against := hash
	if hash == "" {
		against = p.dummy
	}
	same, err := argon2id.ComparePasswordAndHash(password, against)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return same && hash != "", nil
}

// checkPassword says what is wrong with a new password, or nothing.
func checkPassword(name, password string) string {
	switch {
	case !utf8.ValidString(password):
		return "the password is not text"
	case utf8.RuneCountInString(password) < shortestPassword:
		return fmt.Sprintf("the password must have %d characters or more; a few words do well", shortestPassword)
	case len(password) > longestPassword:
		return fmt.Sprintf("the password must have at most %d bytes", longestPassword)
	case strings.EqualFold(strings.TrimSpace(password), name):
		return "the password must not be the name"
	}
	return ""
}
