package weekly

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/credentials"
	"github.com/footfall-analytics/footfall/pkg/mail"
	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// Config says what is sent, when and to whom. Embed it with the prefix `dashboard-weekly-`.
type Config struct {
	Sites             []string      `name:"site" help:"Site whose weekly report is sent." placeholder:"KEY"`
	To                []string      `help:"Address that gets the reports of all those sites, or KEY=ADDRESS for one site." placeholder:"ADDRESS"`
	Webhook           string        `help:"Webhook that gets the reports as JSON by POST: https, or http on this machine." placeholder:"URL"`
	WebhookSecretFile string        `help:"File of the secret that signs what the webhook gets." type:"path" placeholder:"FILE"`
	At                string        `help:"When the report of the week before is sent, by the clocks of the site's zone." default:"Mon 07:00" placeholder:"DAY HH:MM"`
	Patience          time.Duration `help:"How long to wait for days that are not final yet; after that the report names them." default:"24h"`

	Mail     mail.Config     `embed:"" prefix:"mail-"`
	Outgoing outgoing.Config `embed:""`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if _, err := parseMoment(c.At); err != nil {
		return fmt.Errorf("dashboard-weekly-at %w", err)
	}
	if c.Patience < 0 || c.Patience > 6*24*time.Hour {
		return fmt.Errorf("dashboard-weekly-patience %s must be between 0 and 144h", c.Patience)
	}
	if len(c.Sites) == 0 && (len(c.To) > 0 || c.Webhook != "") {
		return errors.New("dashboard-weekly-to and dashboard-weekly-webhook need dashboard-weekly-site: name the sites")
	}
	if len(c.Sites) > 0 && len(c.To) == 0 && c.Webhook == "" {
		return fmt.Errorf("dashboard-weekly-site %q needs dashboard-weekly-to or dashboard-weekly-webhook: nobody would get the reports", c.Sites)
	}
	if err := c.validateMail(); err != nil {
		return err
	}
	return c.validateHook()
}

func (c Config) validateMail() error {
	if err := c.Mail.Validate(); err != nil {
		return fmt.Errorf("dashboard-weekly-%w", err)
	}
	if len(c.To) > 0 && !c.Mail.On() {
		return fmt.Errorf("dashboard-weekly-to %q needs dashboard-weekly-mail-server: name the server to send by", c.To)
	}
	for _, to := range c.To {
		_, address := c.recipient(to)
		if _, err := mail.ParseAddress(address); err != nil {
			return fmt.Errorf("dashboard-weekly-to: %w", err)
		}
	}
	return nil
}

func (c Config) validateHook() error {
	if err := c.Outgoing.Validate(); err != nil {
		return fmt.Errorf("dashboard-weekly-%w", err)
	}
	if c.Webhook == "" {
		if c.WebhookSecretFile != "" {
			return errors.New("dashboard-weekly-webhook-secret-file needs dashboard-weekly-webhook")
		}
		return nil
	}
	if err := c.Outgoing.CheckURL("dashboard-weekly-webhook", c.Webhook); err != nil {
		return err
	}
	return credentials.CheckPassword("dashboard-weekly-webhook-secret", "", c.WebhookSecretFile)
}

// recipient splits KEY=ADDRESS; an address alone is for all sites.
func (c Config) recipient(text string) (sites []string, address string) {
	if key, rest, ok := strings.Cut(text, "="); ok && slices.Contains(c.Sites, key) {
		return []string{key}, rest
	}
	return c.Sites, text
}
