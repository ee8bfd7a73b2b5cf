package alerts

import (
	"errors"
	"fmt"
	"os"

	"github.com/footfall-analytics/footfall/pkg/configfile"
	"github.com/footfall-analytics/footfall/pkg/credentials"
	"github.com/footfall-analytics/footfall/pkg/mail"
	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// Config names the rules. Embed it with the prefix `dashboard-`.
type Config struct {
	Alerts string `help:"Rules file of alerts (YAML). Mail goes by the server of the weekly report." type:"path" placeholder:"FILE"`
}

// Ways are how messages leave.
type Ways struct {
	Mail     mail.Config
	Outgoing outgoing.Config
}

// Validate refuses a file that cannot be used.
func (c Config) Validate(out Ways) error {
	_, err := c.rules(out)
	return err
}

// rules reads the file; without one there are none.
func (c Config) rules(out Ways) ([]Rule, error) {
	if c.Alerts == "" {
		return nil, nil
	}
	content, err := os.ReadFile(c.Alerts)
	if err != nil {
		return nil, fmt.Errorf("dashboard-alerts: read rules file: %w", err)
	}
	rules, err := c.parse(content, out)
	if err != nil {
		return nil, fmt.Errorf("dashboard-alerts %s: %w", c.Alerts, err)
	}
	return rules, nil
}

// parse reads rules. Unknown fields, wrong values and repeated names are errors that name the rule and
// the value.
func (c Config) parse(content []byte, out Ways) ([]Rule, error) {
	var file struct {
		Defaults Recipients `yaml:"defaults"`
		Rules    []Rule     `yaml:"rules"`
	}
	if err := configfile.Decode(content, &file); err != nil {
		return nil, err
	}
	if len(file.Rules) == 0 {
		return nil, errors.New("the file lists no rule under 'rules:'")
	}
	seen := map[string]bool{}
	for i := range file.Rules {
		r := &file.Rules[i]
		if len(r.To) == 0 && r.Webhook == "" && r.WebhookSecretFile == "" {
			r.Recipients = file.Defaults
		}
		err := r.check()
		if err == nil {
			err = c.checkRecipients(r.Recipients, out)
		}
		if err == nil && seen[r.Name] {
			err = errors.New("the name is listed twice")
		}
		if err != nil {
			return nil, fmt.Errorf("rule %d (%q): %w", i+1, r.Name, err)
		}
		seen[r.Name] = true
	}
	return file.Rules, nil
}

// checkHook refuses a webhook that would not be called, and a secret that cannot be read.
func (w Ways) checkHook(r Recipients) error {
	if r.Webhook == "" {
		if r.WebhookSecretFile != "" {
			return fmt.Errorf("webhook_secret_file %q needs webhook", r.WebhookSecretFile)
		}
		return nil
	}
	if err := w.Outgoing.CheckURL("webhook", r.Webhook); err != nil {
		return err
	}
	return credentials.CheckPassword("webhook_secret", "", r.WebhookSecretFile)
}
