package figures

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/param"
)

// Notes keeps what people write on the time line.
type Notes interface {
	// Record runs schemas/external/NAME.sql.
	Record(ctx context.Context, name string, values map[string]string) error
}

// Annotation is something that happened: a note of a person, or an event from elsewhere.
type Annotation struct {
	ID     string `json:"id"`
	Source string `json:"source" doc:"annotation for notes of people, else where the event comes from."`
	Title  string `json:"title"`
	Day    string `json:"day" format:"date" doc:"Local day on which it began."`
	Start  string `json:"start" format:"date-time"`
	URL    string `json:"url" doc:"http or https, or empty."`
	Author string `json:"author"`
	Stale  bool   `json:"stale" doc:"Whether its source could not be read lately."`
}

type annotationsAnswer struct {
	Body struct {
		Annotations []Annotation `json:"annotations" doc:"Oldest first, at most 1,000."`
	}
}

func (f *Figures) listAnnotations(ctx context.Context, q *Question) (*annotationsAnswer, error) {
	if err := onlyOn(access.From(ctx), "overview"); err != nil { // they stand on its time chart
		return nil, err
	}
	a, err := f.understand(ctx, *q)
	if err != nil {
		return nil, err
	}
	first, last := ledger.Day{Date: a.span.From, Zone: a.zone}, ledger.Day{Date: a.span.To, Zone: a.zone}
	rows, err := f.ask(ctx, "annotations", params{"site": a.site.Key, "since": param.Instant(first.Start()), "until": param.Instant(last.End())})
	if err != nil {
		return nil, err
	}
	out := &annotationsAnswer{}
	out.Body.Annotations = make([]Annotation, 0, len(rows))
	for _, r := range rows {
		out.Body.Annotations = append(out.Body.Annotations, a.annotation(r))
	}
	return out, nil
}

func (a asked) annotation(r Row) (n Annotation) {
	n.ID, _ = r["id"].(string)
	n.Source, _ = r["source"].(string)
	n.Title, _ = r["title"].(string)
	n.Start, _ = r["starts_at"].(string)
	n.URL, _ = r["url"].(string)
	n.Author, _ = r["author"].(string)
	n.Stale, _ = r["stale"].(bool)
	if at, err := time.Parse(time.RFC3339, n.Start); err == nil {
		n.Day = ledger.DateOf(at.In(a.zone)).String()
	}
	if !strings.HasPrefix(n.URL, "https://") && !strings.HasPrefix(n.URL, "http://") {
		n.URL = ""
	}
	return n
}

type newAnnotation struct {
	Site string `path:"site"`
	Body struct {
		Day   string `json:"day" format:"date" doc:"Local day of the site's time zone."`
		Title string `json:"title" minLength:"1" maxLength:"200"`
	}
}

type annotationAnswer struct{ Body Annotation }

func (f *Figures) addAnnotation(ctx context.Context, in *newAnnotation) (*annotationAnswer, error) {
	a, err := f.understand(ctx, Question{Site: in.Site, Range: "today", Bots: "people"})
	if err != nil {
		return nil, err
	}
	day, err := date(in.Body.Day)
	if err != nil {
		return nil, invalid("body.day", in.Body.Day, err)
	}
	title := strings.TrimSpace(strings.Map(printable, in.Body.Title))
	if title == "" {
		return nil, invalid("body.title", in.Body.Title, fmt.Errorf("title %q must hold a word", in.Body.Title))
	}
	n := Annotation{
		ID: uuid.NewString(), Source: "annotation", Title: title, Day: day.String(),
		Start: rfc3339(ledger.Day{Date: day, Zone: a.zone}.Start()), Author: access.From(ctx).Name,
	}
	err = f.notes.Record(ctx, "insert_annotation", params{
		"id": n.ID, "site": in.Site, "title": param.Text(n.Title), "author": param.Text(n.Author), "starts_at": param.Instant(ledger.Day{Date: day, Zone: a.zone}.Start()),
	})
	return &annotationAnswer{n}, err
}

// printable drops control characters.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

type oneAnnotation struct {
	Site string `path:"site"`
	ID   string `path:"id" format:"uuid"`
}

func (f *Figures) deleteAnnotation(ctx context.Context, in *oneAnnotation) (*struct{}, error) {
	if err := access.Site(access.From(ctx), in.Site); err != nil {
		return nil, err
	}
	rows, err := f.ask(ctx, "annotation", params{"site": in.Site, "id": in.ID})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, huma.Error404NotFound(fmt.Sprintf("site %q has no note %s", in.Site, in.ID))
	}
	return nil, f.notes.Record(ctx, "remove_annotation", params{"site": in.Site, "id": in.ID})
}
