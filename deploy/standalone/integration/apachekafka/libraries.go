package apachekafka

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const version = "4.3.1" // as in pom.xml

//go:embed pom.xml
var pom []byte

// libraries returns Kafka's classpath.
func libraries(ctx context.Context) (classpath string, err error) {
	if err := requireTool("java", "Apache Kafka runs on it: install a JDK of version 17 or newer"); err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w", err)
	}
	dir := filepath.Join(cache, "footfall", "kafka", version)
	if _, err := os.Stat(dir); err != nil {
		if err := fetch(ctx, dir); err != nil {
			return "", fmt.Errorf("fetch Apache Kafka %s: %w", version, err)
		}
	}
	return filepath.Join(dir, "*"), nil
}

// fetch fills a folder beside dir and renames it when it is complete, so that a fetch that broke off
// leaves nothing behind that looks whole.
func fetch(ctx context.Context, dir string) error {
	if err := requireTool("mvn", "it fetches Apache Kafka: install Maven"); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	incoming, err := os.MkdirTemp(filepath.Dir(dir), "incoming-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(incoming) }() // what stays is harmless
	list := filepath.Join(incoming, "pom.xml")
	if err := os.WriteFile(list, pom, 0o600); err != nil {
		return err
	}
	libs := filepath.Join(incoming, "libs")
	cmd := exec.CommandContext(ctx, "mvn", "-B", "-q", "-f", list, "dependency:copy-dependencies", "-DoutputDirectory="+libs)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mvn: %w\n%s", err, out)
	}
	if err := os.Rename(libs, dir); err != nil {
		if _, missing := os.Stat(dir); missing != nil { // otherwise another process was faster
			return err
		}
	}
	return nil
}

func requireTool(name, why string) error {
	if _, err := exec.LookPath(name); err != nil {
		return fmt.Errorf("%s is missing; %s", name, why)
	}
	return nil
}
