package stream

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/segmentio/kafka-go/sasl"
)

// logins is the mechanism of all connections of one client. kafka-go opens connections again and
// again, twice a second, while the password is wrong; a broker that locks accounts, or asks another
// service for every login, must not get all of them. So after a few logins without a success the next
// ones wait, each twice as long as the one before, until one succeeds.
type logins struct {
	Login

	mu        sync.Mutex
	fruitless int           // logins that began since the last success
	next      time.Time     // when the next one may begin
	succeeded chan struct{} // closed and replaced at a success
}

const (
	freeLogins   = 4 // clients open some connections side by side
	loginWait    = time.Second
	maxLoginWait = 30 * time.Second
)

// Name is the mechanism's, as brokers know it.
func (l *logins) Name() string { return strings.ToUpper(l.SASL) }

// Start logs in, when it is time to.
func (l *logins) Start(ctx context.Context) (sasl.StateMachine, []byte, error) {
	if err := l.wait(ctx); err != nil {
		return nil, nil, err
	}
	mechanism, err := l.begin()
	if err != nil {
		return nil, nil, err
	}
	session, first, err := mechanism.Start(ctx)
	if err != nil {
		return nil, nil, err
	}
	return login{session, l}, first, nil
}

// wait returns nil when a login may begin.
func (l *logins) wait(ctx context.Context) error {
	for {
		until, succeeded := l.reserve(time.Now())
		if until <= 0 {
			return nil
		}
		timer := time.NewTimer(until)
		select {
		case <-timer.C:
		case <-succeeded:
		case <-ctx.Done():
			timer.Stop()
			return refusal{fmt.Sprintf("kafka has not let user %q in: waiting before the next attempt; set kafka-user, and kafka-password-file or kafka-password, to what the brokers know for %s", l.User, l.SASL)}
		}
		timer.Stop()
	}
}

// reserve counts a login that may begin now, or says how long to wait.
func (l *logins) reserve(now time.Time) (time.Duration, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := l.next.Sub(now); l.fruitless >= freeLogins && until > 0 {
		return until, l.succeeded
	}
	l.fruitless++
	if extra := l.fruitless - freeLogins; extra >= 0 {
		l.next = now.Add(min(loginWait<<min(extra, 10), maxLoginWait))
	}
	return 0, nil
}

func (l *logins) success() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fruitless = 0
	close(l.succeeded)
	l.succeeded = make(chan struct{})
}

// login is one login.
type login struct {
	sasl.StateMachine
	all *logins
}

// Next passes the broker's answer on; the mechanism says when it is the one that lets us in.
func (l login) Next(ctx context.Context, challenge []byte) (bool, []byte, error) {
	done, answer, err := l.StateMachine.Next(ctx, challenge)
	if done && err == nil {
		l.all.success()
	}
	return done, answer, err
}
