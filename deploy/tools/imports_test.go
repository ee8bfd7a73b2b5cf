package tools

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/footfall-analytics/footfall"

// drivers are the libraries that only one package may know.
var drivers = map[string]string{
	"kafka-go":      "github.com/segmentio/kafka-go",
	"clickhouse-go": "github.com/ClickHouse/clickhouse-go/v2",
	"gin":           "github.com/gin-gonic/gin",
	"gocron":        "github.com/go-co-op/gocron/v2",
	"kfake":         "github.com/twmb/franz-go",
	"purego":        "github.com/ebitengine/purego",
}

// mayImport is the architecture's table: who may import what of ours and of the drivers.
var mayImport = map[string]string{
	"schemas":         "",
	"pkg/event":       "",
	"pkg/credentials": "",
	"pkg/ledger":      "",
	"pkg/daemon":      "",
	"pkg/beacon":      "",
	"pkg/configfile":  "",
	"pkg/sites":       "pkg/configfile pkg/event",
	"pkg/witness":     "pkg/event",
	"pkg/nudge":       "gocron",
	"pkg/param":       "",
	"pkg/proxies":     "",
	"pkg/outgoing":    "",
	"pkg/mail":        "pkg/credentials",
	"pkg/stream":      "pkg/event pkg/credentials kafka-go",
	"pkg/spool":       "",
	"pkg/warehouse":   "pkg/event pkg/credentials pkg/ledger pkg/param pkg/witness schemas clickhouse-go",
	"pkg/collector":   "pkg/event pkg/daemon pkg/sites pkg/beacon pkg/enrich pkg/proxies gin",
	"pkg/accesslog":   "pkg/event pkg/daemon pkg/proxies",
	"pkg/consumer":    "pkg/event pkg/daemon",
	"pkg/rollup":      "pkg/event pkg/daemon pkg/ledger pkg/nudge pkg/outgoing pkg/sites gocron",
	"pkg/export":      "pkg/ledger pkg/param",
	"pkg/extract":     "pkg/configfile pkg/event pkg/daemon pkg/nudge pkg/outgoing pkg/param",
	"pkg/enrich":      "pkg/configfile pkg/event pkg/daemon",
	"pkg/dashboard":   "pkg/configfile pkg/credentials pkg/event pkg/daemon pkg/export pkg/ledger pkg/mail pkg/nudge pkg/outgoing pkg/param pkg/proxies pkg/sites schemas gin",
	"services": "pkg/configfile pkg/event pkg/credentials pkg/ledger pkg/daemon pkg/beacon pkg/sites pkg/stream pkg/spool pkg/warehouse pkg/collector " +
		"pkg/accesslog pkg/consumer pkg/rollup pkg/export pkg/extract pkg/enrich pkg/dashboard pkg/witness pkg/proxies pkg/outgoing pkg/nudge pkg/param pkg/mail schemas",
}

// TestImportRules writes one file for every pair of importer and imported, lints them all at once,
// and compares what depguard refused with the table.
func TestImportRules(t *testing.T) {
	tree := newTree(t)
	refused := map[string]bool{}
	for importer, allowed := range mayImport {
		for imported, path := range importable() {
			if imported == importer {
				continue
			}
			file := filepath.Join(importer, "try_"+strings.ReplaceAll(imported, "/", "_"), "try.go")
			tree.write(file, "package try\n\nimport _ \""+path+"\"\n")
			refused[file] = !slices.Contains(strings.Fields(allowed), imported)
		}
	}
	found := tree.lint("depguard")
	for file, want := range refused {
		if got := found[file] != ""; got != want {
			t.Errorf("%s: refused = %t, want %t", file, got, want)
		}
	}
}

// TestEveryPackageHasARule keeps a new package from escaping the table.
func TestEveryPackageHasARule(t *testing.T) {
	folders, err := os.ReadDir("../../pkg")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if _, ok := mayImport["pkg/"+f.Name()]; f.IsDir() && !ok {
			t.Errorf("pkg/%s has no line in mayImport and no rule in .golangci.yml", f.Name())
		}
	}
}

// TestForbiddenCalls checks the rules about calls, in both directions.
func TestForbiddenCalls(t *testing.T) {
	const sprintf = "package try\n\nimport \"fmt\"\n\nvar Query = fmt.Sprintf(\"DROP TABLE %s\", \"t\")\n"
	const sleep = "package try\n\nimport (\n\t\"testing\"\n\t\"time\"\n)\n\nfunc TestSlow(*testing.T) { time.Sleep(1) }\n"
	cases := map[string]struct {
		source, want string
	}{
		"pkg/warehouse/try/try.go":  {sprintf, "SQL is not assembled"},
		"pkg/collector/try/try.go":  {sprintf, ""},
		"pkg/daemon/a/slow_test.go": {sleep, "wait on the event"},
	}
	tree := newTree(t)
	for file, c := range cases {
		tree.write(file, c.source)
	}
	found := tree.lint("forbidigo")
	for file, c := range cases {
		if got := found[file]; (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", file, got, c.want)
		}
	}
}

// importable maps the names of the table to import paths.
func importable() map[string]string {
	paths := map[string]string{}
	for name := range mayImport {
		paths[name] = module + "/" + name
	}
	for name, path := range drivers {
		paths[name] = path
	}
	return paths
}
