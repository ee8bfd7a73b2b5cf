package check

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/footfall-analytics/footfall/services"
)

const root = "../../.."

// ours are the services that are built here, with their command lines.
var ours = map[string]any{
	"collector": &services.Collector{},
	"consumer":  &services.Consumer{},
	"rollup":    &services.Rollup{},
	"shipper":   &services.Shipper{},
	"dashboard": &services.Dashboard{},
}

// project reads docker-compose.yml with what is laid over it.
func project(t *testing.T, over ...string) *types.Project {
	t.Helper()
	files := []string{filepath.Join(root, "docker-compose.yml")}
	for _, name := range over {
		files = append(files, filepath.Join(root, name))
	}
	options, err := cli.NewProjectOptions(files)
	if err != nil {
		t.Fatal(err)
	}
	p, err := options.LoadProject(context.Background())
	if err != nil {
		t.Fatalf("load docker-compose.yml: %v", err)
	}
	return p
}

// TestSettings starts no service, but reads every service's settings the way it would: an unknown
// name, a wrong value or a missing file shows here.
func TestSettings(t *testing.T) {
	p := project(t)
	for name, commands := range ours {
		t.Run(name, func(t *testing.T) {
			parser, err := kong.New(commands, kong.DefaultEnvars("FOOTFALL"), kong.Writers(io.Discard, io.Discard))
			if err != nil {
				t.Fatal(err)
			}
			known := variables(parser.Model.Node)
			service := p.Services[name]
			for _, key := range loopback(parser.Model.Children) {
				if _, ok := service.Environment[key]; !ok {
					t.Errorf("%s must be set: its default is on this machine only", key)
				}
			}
			for key, value := range service.Environment {
				if !slices.Contains(known, key) {
					t.Errorf("%s is no setting of %s", key, name)
					continue
				}
				t.Setenv(key, onThisMachine(t, service, *value))
			}
			if _, err := kong.Must(commands, kong.DefaultEnvars("FOOTFALL")).Parse([]string{"serve"}); err != nil {
				t.Errorf("%s serve: %v", name, err)
			}
		})
	}
}

// variables lists the environment variables of a command and of all below it.
func variables(n *kong.Node) (names []string) {
	for _, f := range n.Flags {
		names = append(names, f.Envs...)
	}
	for _, child := range n.Children {
		names = append(names, variables(child)...)
	}
	return names
}

// loopback lists the settings of the command serve that name this machine by default. In a container
// that is nobody.
func loopback(commands []*kong.Node) (names []string) {
	for _, c := range commands {
		for _, f := range c.Flags {
			if c.Name == "serve" && strings.Contains(f.Default, "127.0.0.1") {
				names = append(names, f.Envs...)
			}
		}
	}
	return names
}

// onThisMachine turns a path inside the container into the file that is mounted there; a secret
// becomes a file with one.
func onThisMachine(t *testing.T, service types.ServiceConfig, value string) string {
	t.Helper()
	for _, v := range service.Volumes {
		if v.Type == types.VolumeTypeBind && v.Target == value {
			return v.Source
		}
	}
	for _, s := range service.Secrets {
		if value == "/run/secrets/"+s.Source {
			file := filepath.Join(t.TempDir(), s.Source)
			if err := os.WriteFile(file, []byte("sixteen-characters-and-more\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			return file
		}
	}
	if strings.HasPrefix(value, "/etc/footfall/") || strings.HasPrefix(value, "/run/secrets/") {
		t.Errorf("nothing is mounted at %s", value)
	}
	return value
}

// TestContainers holds what every container must have.
func TestContainers(t *testing.T) {
	p := project(t)
	for name, s := range p.Services {
		for _, problem := range problems(s) {
			t.Errorf("%s: %s", name, problem)
		}
		if _, own := ours[name]; !own {
			continue
		}
		if s.Build == nil || *s.Build.Args["SERVICE"] != name {
			t.Errorf("%s: must be built with SERVICE=%s", name, name)
		}
		if _, err := os.Stat(filepath.Join(root, "services", name, "main.go")); err != nil {
			t.Error(err)
		}
		if !s.ReadOnly {
			t.Errorf("%s: its file system must be read-only", name)
		}
	}
	for name := range ours {
		if _, ok := p.Services[name]; !ok {
			t.Errorf("docker-compose.yml has no service %s", name)
		}
	}
}

func problems(s types.ServiceConfig) (found []string) {
	if !slices.Contains(s.CapDrop, "ALL") || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.Privileged {
		found = append(found, "must drop all capabilities and forbid new privileges")
	}
	if s.HealthCheck == nil && s.Build == nil {
		found = append(found, "must have a health check")
	}
	for _, port := range s.Ports {
		if port.HostIP != "127.0.0.1" {
			found = append(found, fmt.Sprintf("port %s must be published on 127.0.0.1 only", port.Published))
		}
	}
	for other, d := range s.DependsOn {
		if d.Condition != types.ServiceConditionHealthy {
			found = append(found, "must wait until "+other+" is healthy")
		}
	}
	if tag := s.Image[strings.LastIndex(s.Image, ":")+1:]; s.Build == nil && (tag == s.Image || tag == "latest") {
		found = append(found, "image "+s.Image+" must name a version")
	}
	return found
}

func TestProblemsAreFound(t *testing.T) {
	var bad types.ServiceConfig
	bad.Image = "nginx"
	bad.Ports = []types.ServicePortConfig{{Published: "80"}}
	bad.DependsOn = types.DependsOnConfig{"kafka": {Condition: types.ServiceConditionStarted}}
	if got := problems(bad); len(got) != 5 {
		t.Errorf("found %d problems, want 5: %q", len(got), got)
	}
}
