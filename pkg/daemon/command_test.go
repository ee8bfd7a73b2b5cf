package daemon

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// commands is a command line as the services have one.
type commands struct {
	Version kong.VersionFlag `help:"Show the version."`
	Run     runCommand       `cmd:"" help:"Run it."`
}

type runCommand struct {
	Config
	Fail bool `help:"Fail."`
}

func (c runCommand) Run(k *kong.Context) error {
	if c.Fail {
		return errors.New("it failed")
	}
	_, err := k.Stdout.Write([]byte("ran on " + c.AdminAddr + "\n"))
	return err
}

func TestExitCodes(t *testing.T) {
	f := func(code int, stdout, stderr string, args ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		got := Main("try", "A try.", &commands{}, args, &out, &errs)
		if got != code || !strings.Contains(out.String(), stdout) || !strings.Contains(errs.String(), stderr) {
			t.Errorf("%q: code %d, stdout %q, stderr %q; want %d, %q, %q", args, got, out.String(), errs.String(), code, stdout, stderr)
		}
	}
	f(0, "ran on 127.0.0.1:8082", "", "run")
	f(0, "ran on :1", "", "run", "--admin-addr=:1")
	f(0, "FOOTFALL_STOP_TIMEOUT", "", "run", "--help")
	f(0, "dev", "", "--version")
	f(1, "", "try: it failed", "run", "--fail")
	f(2, "", "--nonsense", "run", "--nonsense")
	f(2, "", "see try --help", "walk")
	f(2, "", "see try --help")
	f(2, "", "stop-timeout 0s", "run", "--stop-timeout=0s")
	f(2, "", "HOST:PORT", "run", "--admin-addr=8082")
	f(2, "", "log-level", "run", "--log-level=LOUD")
	t.Setenv("FOOTFALL_ADMIN_ADDR", "127.0.0.1:9")
	f(0, "ran on 127.0.0.1:9", "", "run")
	t.Setenv("FOOTFALL_ADMIN_ADDR", "wrong")
	f(2, "", `"wrong"`, "run")
}

func TestBrokenCommandsAreAnError(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Main("try", "", &struct{ Bad chan int }{}, nil, &out, &errs); code != 2 || errs.Len() == 0 {
		t.Errorf("code %d, stderr %q", code, errs.String())
	}
}

func TestConfigValidate(t *testing.T) {
	if err := (Config{StopTimeout: 1}).Validate(); err != nil {
		t.Errorf("without an admin address: %v", err)
	}
}

func TestLoggerWritesJSONFromItsLevelOn(t *testing.T) {
	var b bytes.Buffer
	log := NewLogger(&b, slog.LevelWarn)
	log.Info("quiet")
	log.Warn("loud", "n", 1)
	var line map[string]any
	if err := json.Unmarshal(b.Bytes(), &line); err != nil || line["msg"] != "loud" || line["n"] != 1.0 {
		t.Errorf("%s: %v", b.String(), err)
	}
}
