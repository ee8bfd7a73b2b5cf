package check

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/compose-spec/compose-go/v2/types"
)

// TestGrafana holds the files of Grafana against the services that they are laid over.
func TestGrafana(t *testing.T) {
	p := project(t, "deploy/grafana/compose.yml")
	for _, name := range []string{"grafana", "prometheus"} {
		s, ok := p.Services[name]
		if !ok {
			t.Fatalf("there is no service %s", name)
		}
		for _, problem := range problems(s) {
			t.Errorf("%s: %s", name, problem)
		}
		for _, v := range s.Volumes {
			if _, err := os.Stat(v.Source); v.Type == types.VolumeTypeBind && err != nil {
				t.Errorf("%s mounts what is not there: %v", name, err)
			}
		}
	}
	scraped := content(t, "deploy/grafana/prometheus.yml")
	for name := range ours {
		address := *p.Services[name].Environment["FOOTFALL_ADMIN_ADDR"]
		if target := `"` + name + address[strings.LastIndex(address, ":"):] + `"`; !strings.Contains(scraped, target) {
			t.Errorf("prometheus.yml does not scrape %s", target)
		}
		if _, together := p.Services[name].Networks["internal"]; !together {
			t.Errorf("%s cannot be reached by Prometheus", name)
		}
	}
	sources := content(t, "deploy/grafana/provisioning/datasources/footfall.yaml")
	for _, secret := range p.Services["grafana"].Secrets {
		if secret.Source == "clickhouse_analyst" && strings.Contains(sources, "$__file{/run/secrets/clickhouse_analyst}") {
			return
		}
	}
	t.Error("Grafana does not get the analyst's password")
}

// TestSecretsAreDrawn: secrets.sh knows every secret that a container wants.
func TestSecretsAreDrawn(t *testing.T) {
	drawn := strings.Fields(content(t, "deploy/docker/secrets.sh"))
	for name := range project(t, "deploy/grafana/compose.yml").Secrets {
		found := false
		for _, word := range drawn {
			found = found || strings.TrimSuffix(word, ";") == name
		}
		if !found {
			t.Errorf("secrets.sh does not draw %s", name)
		}
	}
}

func content(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestOperations: Prometheus can read each question of the operations dashboard.
func TestOperations(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(content(t, "deploy/grafana/dashboards/operations.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			asked++
			question := strings.ReplaceAll(target.Expr, "$__rate_interval", "1m") // as Grafana does
			if _, err := parser.NewParser(parser.Options{}).ParseExpr(question); err != nil {
				t.Errorf("%s: %s: %v", p.Title, target.Expr, err)
			}
		}
	}
	if asked < 20 {
		t.Errorf("the dashboard asks %d questions", asked)
	}
}
