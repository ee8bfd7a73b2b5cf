package services

import (
	"bytes"
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/daemon"
)

// TestHelpTellsNoSecret: the help lists every setting of the connections, and no password that is set.
func TestHelpTellsNoSecret(t *testing.T) {
	t.Setenv("FOOTFALL_KAFKA_PASSWORD", "hunter2")
	t.Setenv("FOOTFALL_CLICKHOUSE_PASSWORD", "hunter3")
	var out, trouble bytes.Buffer
	if code := daemon.Main("consumer", "", &Consumer{}, []string{"serve", "--help"}, &out, &trouble); code != 0 {
		t.Fatalf("code %d: %s", code, &trouble)
	}
	if strings.Contains(out.String(), "hunter") {
		t.Errorf("the help tells a password:\n%s", &out)
	}
	help := out.String()
	for _, setting := range []string{
		"KAFKA_SASL", "KAFKA_USER", "KAFKA_PASSWORD", "KAFKA_PASSWORD_FILE", "CLICKHOUSE_PASSWORD", "CLICKHOUSE_PASSWORD_FILE",
		"KAFKA_TLS", "KAFKA_TLS_CA_FILE", "KAFKA_TLS_CERT_FILE", "KAFKA_TLS_KEY_FILE", "KAFKA_TLS_SERVER_NAME",
		"CLICKHOUSE_TLS", "CLICKHOUSE_TLS_CA_FILE", "CLICKHOUSE_TLS_CERT_FILE", "CLICKHOUSE_TLS_KEY_FILE", "CLICKHOUSE_TLS_SERVER_NAME",
	} {
		if !strings.Contains(help, "$FOOTFALL_"+setting+")") {
			t.Errorf("the help does not list FOOTFALL_%s:\n%s", setting, help)
		}
	}
}

// TestBothPasswords: one given twice stops the start, and the message tells neither.
func TestBothPasswords(t *testing.T) {
	for _, server := range []string{"kafka", "clickhouse"} {
		var out, trouble bytes.Buffer
		args := []string{"serve", "--" + server + "-password=hunter2", "--" + server + "-password-file=help_test.go"}
		if server == "kafka" {
			args = append(args, "--kafka-sasl=plain", "--kafka-user=u")
		}
		code := daemon.Main("consumer", "", &Consumer{}, args, &out, &trouble)
		if code != 2 || !strings.Contains(trouble.String(), server+"-password-file") || !strings.Contains(trouble.String(), "both set") || strings.Contains(trouble.String(), "hunter") {
			t.Errorf("%s: code %d: %s", server, code, &trouble)
		}
	}
}
