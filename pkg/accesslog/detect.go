package accesslog

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
)

// Bounds of a look at a log: lines that the guess stands on, and lines that are shown.
const (
	guessedLines = 1000
	shownLines   = 10
)

// Detect guesses the format of a log by its first lines, unless cfg names another than auto, and
// prints what it makes of ten of them. It fails when it can read none.
func Detect(cfg LinesConfig, file string, stdin io.Reader, out io.Writer) error {
	lines, err := head(file, stdin)
	if err != nil {
		return fmt.Errorf("detect: %w", err)
	}
	guess := format.GuessFormat(lines)
	if cfg.AccessFormat != "" && cfg.AccessFormat != format.Auto {
		guess.Format = cfg.AccessFormat
	}
	form, err := format.New(guess.Format, cfg.AccessProxies)
	if err != nil {
		return fmt.Errorf("detect: %w", err)
	}
	views, err := NewViews(cfg.StaticExtensions)
	if err != nil {
		return fmt.Errorf("detect: %w", err)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	read := 0
	for i, raw := range lines {
		var l format.Line
		reason := form.Read(&l, raw)
		if reason == "" || reason == format.SkipNoRequest || reason == format.SkipBadRequest {
			read++
		}
		if i < shownLines {
			showLine(w, &l, reason, views)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("detect: %w", err)
	}
	fmt.Fprintf(out, "\nformat  %s\nread    %d of the first %d lines\n", guess.Format, read, len(lines))
	if read == 0 {
		return fmt.Errorf("detect %s: no line can be read as %s: give the format's text with --access-format", file, guess.Format)
	}
	fmt.Fprintf(out, "use     --access-format=%s\n", shellQuote(guess.Format))
	return nil
}

// head returns copies of the first lines of a log, plain or compressed.
func head(file string, stdin io.Reader) (lines [][]byte, err error) {
	inputs, err := checkInputs([]string{file}, stdin)
	if err != nil {
		return nil, err
	}
	src, err := inputs[0].open(func(int) {})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	for r := NewLineReader(src, 0); len(lines) < guessedLines; {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, append([]byte(nil), raw.Bytes...))
	}
	return lines, nil
}

// showLine prints one line as it would be counted: a view, or the reason why it is none.
func showLine(out io.Writer, l *format.Line, reason format.Reason, views Views) {
	if reason != "" {
		fmt.Fprintf(out, "skip: %s\n", reason)
		return
	}
	verdict := "view"
	if reason = views.Skip(l); reason != "" {
		verdict = "skip: " + string(reason)
	}
	fmt.Fprintf(out, "%s\t%s\t%s\t%s %q\t%d\t%.40q\t%s\n", verdict, l.Time.Format(time.RFC3339), l.Address, l.Method, l.URL(), l.Status, l.UserAgent, l.RequestID)
}

// shellQuote quotes a text for a shell, if it needs that.
func shellQuote(s string) string {
	if !strings.ContainsAny(s, ` $"'\`) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
