package services

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/accounts"
)

// tellFirstLink prints the link for the first admin. It is a plain line and no record of the log: logs are
// shipped, kept and searched by many, and a terminal is read by whoever has started the process. It works
// once and for an hour, which is what makes a container's output, kept as it is, bearable.
func tellFirstLink(out io.Writer, o accounts.Opening) {
	if o.FirstLink != "" {
		fmt.Fprintf(out, "The dashboard has no user yet. This link makes the first admin; it works once, within %s:\n%s\n", o.FirstLinkFor, o.FirstLink)
	}
}

// DashboardResetLink lets somebody in again who has lost the password, the last admin too.
type DashboardResetLink struct {
	Name      string           `help:"Whose password." required:""`
	Dashboard dashboard.Config `embed:"" prefix:"dashboard-"`
}

// Run prints the link.
func (c *DashboardResetLink) Run() error {
	log := daemon.NewLogger(os.Stderr, slog.LevelInfo)
	link, life, err := accounts.ResetLink(context.Background(), c.Dashboard.Accounts, c.Dashboard.Addr, c.Name, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "This link sets a new password for %s; start the dashboard and open it within %s. It works once:\n%s\n", c.Name, life, link)
	return nil
}
