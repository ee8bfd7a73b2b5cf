package kafka_test

import (
	"context"
	"errors"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestAbsentMemberHoldsNobodyUp: a group goes on without a member that does not join again, long before
// that member's own time is over.
func TestAbsentMemberHoldsNobodyUp(t *testing.T) {
	b := start(t, "127.0.0.1:0", t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	absent := newMember(t, b.Addr())
	absent.join(ctx, t)
	absent.sync(ctx, t)
	newMember(t, b.Addr()).join(ctx, t)
}

// member is a member of the group that waits for others for minutes, and may be silent for as long.
type member struct {
	client     *kgo.Client
	id         string
	generation int32
}

const fiveMinutes = 5 * 60 * 1000 // in milliseconds

func newMember(t *testing.T, addr string) *member {
	t.Helper()
	c, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &member{client: c}
}

// join joins, for the second time with the id that the broker gave.
func (m *member) join(ctx context.Context, t *testing.T) {
	t.Helper()
	req := kmsg.NewPtrJoinGroupRequest()
	req.Group, req.MemberID, req.ProtocolType = group, m.id, "consumer"
	req.SessionTimeoutMillis, req.RebalanceTimeoutMillis = fiveMinutes, fiveMinutes
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name = "range"
	req.Protocols = append(req.Protocols, p)
	answer, err := req.RequestWith(ctx, m.client)
	if err != nil {
		t.Fatalf("join the group: %v", err)
	}
	m.id, m.generation = answer.MemberID, answer.Generation
	err = kerr.ErrorForCode(answer.ErrorCode)
	if errors.Is(err, kerr.MemberIDRequired) {
		m.join(ctx, t)
	} else if err != nil {
		t.Fatalf("join the group: %v", err)
	}
}

func (m *member) sync(ctx context.Context, t *testing.T) {
	t.Helper()
	req := kmsg.NewPtrSyncGroupRequest()
	req.Group, req.MemberID, req.Generation = group, m.id, m.generation
	answer, err := req.RequestWith(ctx, m.client)
	if err == nil {
		err = kerr.ErrorForCode(answer.ErrorCode)
	}
	if err != nil {
		t.Fatalf("sync the group: %v", err)
	}
}
