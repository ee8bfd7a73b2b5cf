package services

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
)

// TestCollectorFollowsTheListOfBots: the file that days are computed by is the collector's too, and one that is
// not there stops its start.
func TestCollectorFollowsTheListOfBots(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "bots.json")
	err := AddCollector(daemon.New(daemon.Config{}), CollectorConfig{Rules: rules.BotsConfig{Bots: missing}}, nil)
	if err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("the start without the file: %v", err)
	}
}
