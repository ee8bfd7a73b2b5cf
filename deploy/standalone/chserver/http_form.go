package chserver

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"strings"
)

// readForm takes the fields of a multipart form, which some clients send when the URL would grow too
// long. Fields that make an external table are refused.
func (req *request) readForm(body io.Reader, boundary string, limit int) error {
	form := multipart.NewReader(body, boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			req.data = strings.NewReader("")
			return nil
		}
		if err != nil {
			return exception(117, "INCORRECT_DATA", "Cannot read the form: %v", err)
		}
		value, err := io.ReadAll(io.LimitReader(part, int64(limit)+1))
		if err != nil {
			return fmt.Errorf("read form field %q: %w", part.FormName(), err)
		}
		switch name := part.FormName(); {
		case len(value) > limit:
			return exception(170, "QUERY_IS_TOO_LARGE", "Form field %q has more than %d bytes", name, limit)
		case part.FileName() != "", req.form.Has(name + "_structure"), strings.HasSuffix(name, "_structure"):
			return notImplemented("external tables")
		default:
			req.form.Set(name, string(value))
		}
	}
}
