package kafka_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/kafka"
)

// childDir in the environment makes the test binary a broker on that folder, to be killed.
const childDir = "FOOTFALL_TEST_KAFKA_CHILD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(beBroker(dir))
	}
	os.Exit(m.Run())
}

// beBroker tells its address on the standard output and works until it is killed or its parent goes.
func beBroker(dir string) int {
	b := kafka.New(kafka.Config{Addr: "127.0.0.1:0", DataDir: dir}, slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err := b.Start(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(b.Addr())
	bufio.NewReader(os.Stdin).ReadByte() // returns when the parent closes the pipe or ends
	return 0
}

func TestAcknowledgedSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	child, addr := startChild(t, dir)
	createTopic(t, addr)
	writeWords(t, addr, 0, 1000)
	reader := newReader(addr)
	readWords(t, reader, 0, 400)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	reader.Close()

	_, addr = startChild(t, dir)
	writeWords(t, addr, 1000, 1010)
	reader = newReader(addr)
	defer reader.Close()
	readWords(t, reader, 400, 1010)
}

func startChild(t *testing.T, dir string) (child *exec.Cmd, addr string) {
	t.Helper()
	child = exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	child.Stderr = os.Stderr
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		child.Process.Kill() // fails when it has ended already
		child.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the broker told no address: %v", err)
	}
	return child, strings.TrimSpace(line)
}
