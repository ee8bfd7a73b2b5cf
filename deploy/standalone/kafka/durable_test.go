package kafka_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

const group = "committers"

// patience bounds what another goroutine or process brings about.
const patience = 2 * time.Minute

// TestUnwrittenCommitIsNotAnswered: a commit that could not be written gets no answer, and the broker
// takes it once it can write again.
func TestUnwrittenCommitIsNotAnswered(t *testing.T) {
	dir := t.TempDir()
	b := start(t, "127.0.0.1:0", dir)
	createTopic(t, b.Addr())
	writeWords(t, b.Addr(), 0, 10)
	log := filepath.Join(dir, "groups.log")
	if err := errors.Join(os.Remove(log), os.Mkdir(log, 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := commit(t.Context(), b.Addr(), 7); err == nil {
		t.Error("a commit was acknowledged that is not on disk")
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	commitAtLast(t, b.Addr(), 8)
	writeWords(t, b.Addr(), 10, 20)
	if got := committed(t, b.Addr()); got != 8 {
		t.Errorf("committed offset %d, want 8", got)
	}
}

// TestTornLog: a full disk can leave a piece of an entry at the end of a log. What is committed after that
// survives a kill all the same.
func TestTornLog(t *testing.T) {
	dir := t.TempDir()
	child, addr := startChild(t, dir)
	createTopic(t, addr)
	writeWords(t, addr, 0, 10)
	commitAtLast(t, addr, 4)
	end(t, child)
	tear(t, filepath.Join(dir, "groups.log"))

	child, addr = startChild(t, dir)
	commitAtLast(t, addr, 6)
	end(t, child)

	_, addr = startChild(t, dir)
	if got := committed(t, addr); got != 6 {
		t.Errorf("committed offset %d, want 6", got)
	}
}

func end(t *testing.T, child *exec.Cmd) {
	t.Helper()
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
}

// tear appends the beginning of an entry of 100 bytes.
func tear(t *testing.T, file string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write([]byte{100, 0, 0, 0, 1, 2})
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func client(addr string) *kafkago.Client {
	return &kafkago.Client{Addr: kafkago.TCP(addr), Timeout: 10 * time.Second, Transport: &kafkago.Transport{}}
}

// commit commits an offset without being a member of the group.
func commit(ctx context.Context, addr string, offset int64) error {
	answer, err := client(addr).OffsetCommit(ctx, &kafkago.OffsetCommitRequest{
		GroupID: group, GenerationID: -1, Topics: map[string][]kafkago.OffsetCommit{topic: {{Partition: 0, Offset: offset}}},
	})
	if err != nil {
		return err
	}
	return answer.Topics[topic][0].Error
}

func commitAtLast(t *testing.T, addr string, offset int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := commit(ctx, addr, offset)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func committed(t *testing.T, addr string) int64 {
	t.Helper()
	answer, err := client(addr).OffsetFetch(t.Context(), &kafkago.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: {0}}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Topics[topic][0].CommittedOffset
}
