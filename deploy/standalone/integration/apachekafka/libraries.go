package apachekafka

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const version = "4.3.1" // as in pom.xml

//go:embed pom.xml
var pom []byte

// libraries returns Kafka's classpath. What is not in the cache is fetched into a folder beside it
// that is renamed when it is complete, so that a fetch that broke off leaves nothing behind that
// looks whole.
func libraries(t testing.TB) string {
	t.Helper()
	requireTool(t, "java", "Apache Kafka runs on it: install a JDK of version 17 or newer")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatalf("find the cache folder: %v", err)
	}
	dir := filepath.Join(cache, "footfall", "kafka", version)
	if _, err := os.Stat(dir); err != nil {
		fetch(t, dir)
	}
	return filepath.Join(dir, "*")
}

func fetch(t testing.TB, dir string) {
	t.Helper()
	requireTool(t, "mvn", "it fetches Apache Kafka: install Maven")
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	incoming, err := os.MkdirTemp(filepath.Dir(dir), "incoming-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(incoming)
	list := filepath.Join(incoming, "pom.xml")
	if err := os.WriteFile(list, pom, 0o600); err != nil {
		t.Fatal(err)
	}
	libs := filepath.Join(incoming, "libs")
	cmd := exec.CommandContext(t.Context(), "mvn", "-B", "-q", "-f", list, "dependency:copy-dependencies", "-DoutputDirectory="+libs)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("fetch Apache Kafka %s with mvn: %v\n%s", version, err, out)
	}
	if err := os.Rename(libs, dir); err != nil {
		if _, raced := os.Stat(dir); raced != nil { // another test process was faster otherwise
			t.Fatalf("move Apache Kafka into the cache: %v", err)
		}
	}
}

func requireTool(t testing.TB, name, why string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing; %s", name, why)
	}
}
