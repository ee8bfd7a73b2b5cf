package chserver

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Clients that nobody here wrote. They are fetched once per machine, by pip and Maven, into the cache;
// where that cannot be done these tests fail.

// install fills a folder of the cache, named after the content of a file that pins versions, and
// returns it. Processes that want the same folder wait for each other.
func install(t *testing.T, kind, pins string, fill func(dir string)) string {
	t.Helper()
	content, err := os.ReadFile(pins)
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(content)
	dir := filepath.Join(cache, "footfall", "clients", kind+"-"+hex.EncodeToString(hash[:6]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := os.Create(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	done := filepath.Join(dir, "complete")
	if _, err := os.Stat(done); err == nil {
		return dir
	}
	fill(dir)
	if err := os.WriteFile(done, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// command runs a program to its end.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// passed checks the last line of a client's script.
func passed(t *testing.T, output string) {
	t.Helper()
	if !strings.HasSuffix(output, "passed\n") {
		t.Errorf("the client says %s", output)
	}
}

// python is an interpreter with the clients of testdata/python/requirements.txt.
func python(t *testing.T) string {
	t.Helper()
	pins := filepath.Join("testdata", "python", "requirements.txt")
	dir := install(t, "python", pins, func(dir string) {
		command(t, "python3", "-m", "venv", "--clear", filepath.Join(dir, "venv"))
		command(t, filepath.Join(dir, "venv", "bin", "pip"), "install", "--quiet", "--requirement", pins)
	})
	return filepath.Join(dir, "venv", "bin", "python")
}

func TestPythonClickHouseConnect(t *testing.T) {
	host, port := address(t, shared.HTTPAddr())
	passed(t, command(t, python(t), filepath.Join("testdata", "python", "connect_http.py"), host, port, analystPassword))
}

func TestPythonClickHouseDriver(t *testing.T) {
	host, port := address(t, shared.NativeAddr())
	passed(t, command(t, python(t), filepath.Join("testdata", "python", "driver_native.py"), host, port, analystPassword))
}

func address(t *testing.T, addr string) (host, port string) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

func TestJDBC(t *testing.T) {
	pins := filepath.Join("testdata", "jdbc", "pom.xml")
	dir := install(t, "jdbc", pins, func(dir string) {
		command(t, "mvn", "--quiet", "--batch-mode", "--file", pins, "dependency:copy-dependencies", "-DoutputDirectory="+filepath.Join(dir, "libs"))
	})
	libs, classes := filepath.Join(dir, "libs", "*"), t.TempDir()
	command(t, "javac", "-encoding", "UTF-8", "-cp", libs, "-d", classes, filepath.Join("testdata", "jdbc", "JdbcClient.java"))
	passed(t, command(t, "java", "-Dfile.encoding=UTF-8", "-cp", libs+string(os.PathListSeparator)+classes, "JdbcClient", shared.HTTPAddr(), analystPassword))
}
