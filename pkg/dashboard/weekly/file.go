package weekly

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// WriteFile writes the report of a site's week (empty: the last one that has ended) in the format that the
// file's name ends in: .html, .eml for to, .json, .txt or .png.
func (w *Weekly) WriteFile(ctx context.Context, site, week, to, path string) error {
	e, err := w.asked(reader(ctx, site), weekQuestion{site, week})
	if err != nil {
		return err
	}
	content, err := w.encode(e, filepath.Ext(path), to)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (w *Weekly) encode(e *edition, format, to string) ([]byte, error) {
	switch format {
	case ".html":
		return []byte(e.page()), nil
	case ".txt":
		return []byte(e.text()), nil
	case ".png":
		return e.png, nil
	case ".json":
		return json.MarshalIndent(e.Report, "", "  ")
	case ".eml":
		from := w.cfg.Mail.From
		if from == "" {
			from = "Footfall <footfall@localhost>"
		}
		var b bytes.Buffer
		err := e.message(to).Write(&b, from)
		return b.Bytes(), err
	}
	return nil, fmt.Errorf("report cannot be written as %q: the file must end in .html, .eml, .json, .txt or .png", format)
}
