package chserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// User is an account. The engine itself has one user only, so accounts live here.
type User struct {
	Name     string
	Password string // empty: none asked, on loopback only
	ReadOnly bool   // may look at the data and at nothing else: see guard.go
	Limits   Limits
}

// Limits hold for every statement of a user, who may lower them but not raise them; 0 is no limit.
type Limits struct {
	Time   time.Duration
	Memory uint64 // bytes
	Rows   uint64 // of a result
	Bytes  uint64 // of a result, before it is encoded
	Read   uint64 // bytes that a statement may read from tables, before compression

	Queries int // at the same time
}

// Analyst is the read-only user with limits that leave room for everybody else.
func Analyst(password string) User {
	return User{
		Name: "analyst", Password: password, ReadOnly: true,
		Limits: Limits{Time: time.Minute, Memory: 2 << 30, Rows: 10_000_000, Bytes: 4 << 30, Read: 200 << 30, Queries: 16},
	}
}

// caps are the limits as settings of the engine.
func (u User) caps() map[string]uint64 {
	caps := make(map[string]uint64)
	for name, value := range map[string]uint64{
		"max_execution_time": uint64(u.Limits.Time.Seconds()),
		"max_memory_usage":   u.Limits.Memory,
		"max_result_rows":    u.Limits.Rows,
		"max_result_bytes":   u.Limits.Bytes,
		"max_bytes_to_read":  u.Limits.Read,
	} {
		if value > 0 {
			caps[name] = value
		}
	}
	return caps
}

// settings are what every connection of the user starts with, over the asked ones.
func (u User) settings(asked map[string]string) map[string]string {
	merged := make(map[string]string, len(asked)+8)
	for name, value := range u.caps() {
		merged[name] = strconv.FormatUint(value, 10)
	}
	maps.Copy(merged, asked)
	if u.ReadOnly {
		merged["readonly"] = "1"
		merged["allow_introspection_functions"] = "0"
	}
	return merged
}

// authenticate finds the user of a name and password. The answer does not tell which one was wrong.
func (s *Server) authenticate(name, password string) (User, error) {
	if name == "" {
		name = "default"
	}
	given := sha256.Sum256([]byte(password))
	for _, u := range s.config.Users {
		want := sha256.Sum256([]byte(u.Password))
		if u.Name == name && subtle.ConstantTimeCompare(given[:], want[:]) == 1 {
			return u, nil
		}
	}
	return User{}, &engine.Error{
		Code: codeAuthenticationFailed, Name: "AUTHENTICATION_FAILED",
		Message: fmt.Sprintf("%s: Authentication failed: password is incorrect, or there is no user with such name.", name),
	}
}
