package stream

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

func TestLoginRefuses(t *testing.T) {
	f := func(login Login, want string) {
		t.Helper()
		err := login.check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s as %s: %v; want %q", login.SASL, login.User, err, want)
		}
		if err != nil && login.Password != "" && strings.Contains(err.Error(), login.Password) {
			t.Errorf("%v tells the password", err)
		}
	}
	f(Login{}, "")
	f(Login{SASL: "off"}, "")
	f(Login{SASL: "plain", User: "u", Password: "hunter2"}, "")
	f(Login{SASL: "scram-sha-256", User: "u", Password: "hunter2"}, "")
	f(Login{SASL: "scram-sha-512", User: "u", Password: "hunter2"}, "")
	f(Login{SASL: "off", User: "u"}, `kafka-user "u" and its password need kafka-sasl`)
	f(Login{Password: "hunter2"}, "need kafka-sasl")
	f(Login{PasswordFile: "/nowhere"}, "need kafka-sasl")
	f(Login{SASL: "plain", Password: "hunter2"}, "kafka-sasl plain needs kafka-user")
	f(Login{SASL: "plain", User: "u"}, `needs the password of kafka-user "u"`)
	f(Login{SASL: "plain", User: "u", PasswordFile: "/nowhere"}, "read kafka-password-file")
	f(Login{SASL: "plain", User: "u", Password: "hunter2", PasswordFile: "login.go"}, "both set")
	f(Login{SASL: "gssapi", User: "u", Password: "hunter2"}, `kafka-sasl "gssapi" must be`)
	f(Login{SASL: "scram-sha-256", User: "u", Password: "hunter\x00"}, "a character that scram-sha-256 does not allow")
}

// Logins without success slow down; a success lets all of them go on.
func TestLoginsSlowDown(t *testing.T) {
	now := time.Now()
	l := &logins{succeeded: make(chan struct{})}
	f := func(after, want time.Duration) {
		t.Helper()
		now = now.Add(after)
		if got, _ := l.reserve(now); got != want {
			t.Errorf("login %d waits %s, want %s", l.fruitless, got, want)
		}
	}
	for range freeLogins {
		f(0, 0)
	}
	f(0, time.Second)
	f(time.Second, 0)
	f(time.Second, time.Second)
	f(time.Second, 0)
	for range 10 {
		f(maxLoginWait, 0)
	}
	f(0, maxLoginWait)
	_, succeeded := l.reserve(now)
	l.success()
	<-succeeded
	f(0, 0)
}

func TestLoginsWaitNoLongerThanAsked(t *testing.T) {
	l := &logins{Login: Login{SASL: "plain", User: "u", Password: "hunter2"}, succeeded: make(chan struct{})}
	for range freeLogins {
		if _, _, err := l.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := l.Start(ctx); !isRefusal(err) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
}

// Kafka's codes about a login must not look like its last word about an event.
func TestRefusedLoginIsNotFinal(t *testing.T) {
	cfg := Config{Login: Login{SASL: "plain", User: "u", Password: "hunter2"}}
	for _, code := range []kafka.Error{kafka.SASLAuthenticationFailed, kafka.UnsupportedSASLMechanism, kafka.IllegalSASLState} {
		if err := cfg.explain(code); isFinal(err) || !strings.Contains(err.Error(), "set kafka-") {
			t.Errorf("%v: final %t", err, isFinal(err))
		}
	}
	if err := cfg.explain(kafka.TopicAuthorizationFailed); !isFinal(err) {
		t.Errorf("%v is not final", err)
	}
}
