package weekly

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"
	texttemplate "text/template"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

//go:embed report.html.tmpl report.txt.tmpl
var files embed.FS

// What visitors sent reaches people's mailboxes here: html/template escapes it, and line makes it one
// line without control characters, so that it cannot forge lines of the text either.
var (
	asHTML = template.Must(template.New("report.html.tmpl").ParseFS(files, "report.html.tmpl"))
	asText = texttemplate.Must(texttemplate.New("report.txt.tmpl").Funcs(texttemplate.FuncMap{"pad": pad}).ParseFS(files, "report.txt.tmpl"))
)

// sheet is a report in words.
type sheet struct {
	Report
	Facts  []fact
	Tables []table
	Unsure string // which days are not final, or empty
	Thin   string // what the week before lacks, or empty
	Alt    string
	Source template.URL // of the picture
}

// fact is a figure beside that of the week before.
type fact struct{ Name, Now, Before, Change string }

// table is a list in words.
type table struct {
	Title, URL, Unit string
	Rows             []tableRow
	More             string
}

type tableRow struct{ Name, Count, Time, Known string }

func (e *edition) html(picture string) string {
	s := e.sheet()
	s.Source = template.URL(picture) // ours: cid: or data:image/png
	var b strings.Builder
	if err := asHTML.Execute(&b, s); err != nil {
		return template.HTMLEscapeString(err.Error())
	}
	return b.String()
}

func (e *edition) text() string {
	var b strings.Builder
	if err := asText.Execute(&b, e.sheet()); err != nil {
		return err.Error()
	}
	return b.String()
}

func (e *edition) sheet() sheet {
	s := sheet{Report: e.Report, Facts: e.facts(), Unsure: e.unsure(), Thin: e.thin(), Alt: e.alt()}
	s.Notes = nil
	for _, n := range e.Notes {
		n.Title = delivery.OneLine(n.Title, longest)
		s.Notes = append(s.Notes, n)
	}
	for i, l := range e.Lists {
		s.Tables = append(s.Tables, lists[i].table(l))
	}
	return s
}

// table puts a list into words.
func (l list) table(from List) table {
	t := table{Title: from.Title, URL: from.URL, Unit: l.unit}
	for _, r := range from.Rows {
		t.Rows = append(t.Rows, tableRow{l.nameOf(r), shown(r[l.counted], delivery.Count), shown(r["spent_ms"], delivery.Duration), shown(r["coverage"], delivery.Percent)})
	}
	if n := uint64(len(from.Rows)); from.Total > n {
		t.More = delivery.Count(float64(from.Total-n)) + " more"
	}
	return t
}

// nameOf names a row by its keys; those that are empty are left out.
func (l list) nameOf(r figures.Row) string {
	var parts []string
	for _, k := range l.keys {
		if text, _ := r[k].(string); text != "" {
			parts = append(parts, delivery.OneLine(text, longest))
		}
	}
	if len(parts) == 0 {
		return unknown
	}
	return strings.Join(parts, " · ")
}

// policy lets a browser show a page: its own style and pictures within, nothing else.
func policy(page string) string {
	_, rest, _ := strings.Cut(page, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
}
