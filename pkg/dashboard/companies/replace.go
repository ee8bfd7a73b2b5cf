package companies

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/renameio/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
)

// write puts a text in the place of the file, if whoever sends it has seen what is there and nothing is
// wrong with it. What happened goes to the log, with who did it.
func (c *Companies) write(ctx context.Context, seen string, edit func(file) ([]byte, error)) (file, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if why := c.cfg.locked(); why != "" {
		return file{}, huma.Error409Conflict(why)
	}
	was, err := c.now()
	if err != nil {
		return file{}, err
	}
	if seen != was.version {
		return file{}, huma.Error409Conflict("somebody has changed the list meanwhile: look at it again")
	}
	content, err := edit(was)
	if err != nil {
		return file{}, err
	}
	next := c.read(c.cfg.Networks, content)
	if err := refusal(content, next); err != nil {
		return file{}, err
	}
	if err := renameio.WriteFile(c.cfg.Networks, content, 0o644, renameio.WithExistingPermissions()); err != nil {
		c.log.Error("write list of networks", "file", c.cfg.Networks, "err", err)
		return file{}, huma.Error503ServiceUnavailable(fmt.Sprintf("the file could not be written, and stays as it was: %v", err))
	}
	p := preview(was.list, next)
	c.log.InfoContext(ctx, "companies: list of networks replaced", "by", access.From(ctx).Name, "file", c.cfg.Networks, "was", was.version,
		"version", versionOf(content), "networks", p.Networks, "companies", p.Companies, "added", p.Added, "removed", p.Removed, "changed", p.Changed)
	return c.now()
}

// refusal says what keeps a text from being written, each line by itself.
func refusal(content []byte, l List) error {
	if len(content) > maxContent {
		return huma.Error422UnprocessableEntity(fmt.Sprintf("the list has %d bytes; at most %d fit", len(content), maxContent))
	}
	if len(l.Faults) == 0 {
		return nil
	}
	var details []error
	for _, f := range some(l.Faults) {
		details = append(details, &huma.ErrorDetail{Location: fmt.Sprintf("line %d", f.Line), Message: f.Text})
	}
	first := l.Faults[0]
	return huma.Error422UnprocessableEntity(fmt.Sprintf("nothing was changed: line %d: %s", first.Line, first.Text), details...)
}
