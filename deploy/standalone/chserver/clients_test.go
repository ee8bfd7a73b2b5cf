package chserver

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/clients"
)

// The versions of the clients are those of the examples, so that each is fetched once.
const examples = "../../examples"

// run runs a client to its end.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := clients.Run(t.Context(), nil, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// passed checks the last line of a client's script.
func passed(t *testing.T, output string) {
	t.Helper()
	if !strings.HasSuffix(output, "passed\n") {
		t.Errorf("the client says %s", output)
	}
}

func python(t *testing.T) string {
	t.Helper()
	interpreter, err := clients.Python(t.Context(), filepath.Join(examples, "requirements.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return interpreter
}

func TestPythonClickHouseConnect(t *testing.T) {
	host, port := address(t, shared.HTTPAddr())
	passed(t, run(t, python(t), filepath.Join("testdata", "python", "connect_http.py"), host, port, analystPassword))
}

func TestPythonClickHouseDriver(t *testing.T) {
	host, port := address(t, shared.NativeAddr())
	passed(t, run(t, python(t), filepath.Join("testdata", "python", "driver_native.py"), host, port, analystPassword))
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
	libs, err := clients.Java(t.Context(), filepath.Join(examples, "jdbc", "pom.xml"))
	if err != nil {
		t.Fatal(err)
	}
	classes := t.TempDir()
	run(t, "javac", "-encoding", "UTF-8", "-cp", libs, "-d", classes, filepath.Join("testdata", "jdbc", "JdbcClient.java"))
	passed(t, run(t, "java", "-Dfile.encoding=UTF-8", "-cp", libs+string(os.PathListSeparator)+classes, "JdbcClient", shared.HTTPAddr(), analystPassword))
}
