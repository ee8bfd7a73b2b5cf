package e2e

import (
	"context"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"testing"
)

// fetch gets a page and tells whether all of its answer arrived.
func fetch(ctx context.Context, client *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	answer, err := client.Do(req)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK
}

// shipper is a command of the binary as a process of its own.
type shipper struct {
	process *exec.Cmd
	ended   chan error
}

func (s *site) ship(t *testing.T, args ...string) *shipper {
	t.Helper()
	sh := &shipper{process: exec.Command(binary, append([]string{"shipper"}, args...)...), ended: make(chan error, 1)}
	sh.process.Env, sh.process.Stderr = slices.Concat(s.Env, []string{"FOOTFALL_ADMIN_ADDR="}), s.Log
	if err := sh.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { sh.ended <- sh.process.Wait(); close(sh.ended) }()
	t.Cleanup(sh.kill)
	return sh
}

func (sh *shipper) kill() {
	sh.process.Process.Kill()
	<-sh.ended
}
