package figures

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/export"
)

// Rows reads a report row by row, as export.Rows does.
type Rows = export.Rows

type exportQuestion struct {
	Question
	Report ReportName `path:"report"`
	Sort   string     `query:"sort" doc:"As for the table."`
	Search string     `query:"search" maxLength:"200" doc:"As for the table."`
	Thresholds
	Format string `query:"format" enum:"csv,parquet" default:"csv" doc:"Cells that a spreadsheet would run as a formula get a leading quote in CSV."`
}

const (
	// maxExported bounds the rows of an export.
	maxExported = 10_000_000
	// exportsAtOnce bounds what exports hold on disk and ask of ClickHouse.
	exportsAtOnce = 4
)

var mediaTypes = map[string]string{export.CSV: "text/csv; charset=utf-8", export.Parquet: "application/vnd.apache.parquet"}

// exportReport hands out all rows of a table as a file. The file is complete before its first byte is
// sent, so that a fault is an error and not half a file, and the receiver knows how much will come.
func (f *Figures) exportReport(ctx context.Context, q *exportQuestion) (*huma.StreamResponse, error) {
	rq := reportQuestion{Question: q.Question, Report: q.Report, Sort: q.Sort, Search: q.Search, Thresholds: q.Thresholds, Limit: maxExported}
	a, r, p, err := f.tableQuestion(ctx, &rq)
	if err != nil {
		return nil, err
	}
	select {
	case f.exports <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	file, size, err := f.exported(ctx, q.Format, r, r.statement(a), p)
	if err != nil {
		<-f.exports
		return nil, err
	}
	name := fmt.Sprintf("%s_%s_%s_%s.%s", a.site.Key, r.name, a.span.From, a.span.To, q.Format)
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer func() { <-f.exports }()
		defer file.Close()
		c.SetHeader("Content-Type", mediaTypes[q.Format])
		c.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		c.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		c.SetStatus(http.StatusOK)
		_, _ = io.Copy(c.BodyWriter(), file) // the client has gone when this fails
	}}, nil
}

// exported writes the table into a file that has no name any more, ready to be read.
func (f *Figures) exported(ctx context.Context, format string, r report, statement string, p params) (file *os.File, size int64, err error) {
	file, err = os.CreateTemp("", "footfall-export-*")
	if err != nil {
		return nil, 0, fmt.Errorf("make file for the export: %w", err)
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	if err := os.Remove(file.Name()); err != nil {
		return nil, 0, fmt.Errorf("unlink file of the export: %w", err)
	}
	w, err := export.NewWriter(file, format, r.name, r.columns)
	if err != nil {
		return nil, 0, err
	}
	if err := f.rows.Stream(ctx, "dashboard/"+statement, p, w.Head, w.Row); err != nil {
		return nil, 0, err
	}
	if err := w.Close(); err != nil {
		return nil, 0, fmt.Errorf("write export: %w", err)
	}
	size, err = file.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, 0, fmt.Errorf("measure export: %w", err)
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, size, err
}

// files describes the answers of an export.
func files() map[string]*huma.Response {
	content := map[string]*huma.MediaType{}
	for _, t := range mediaTypes {
		content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return map[string]*huma.Response{"200": {Description: "The file, whole.", Content: content}}
}
