package chserver

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/sqltext"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
)

// request is what a client sent over HTTP.
type request struct {
	query
	form   url.Values
	format string // of the result, and of an insert's data that names none
	insert sqltext.Insert
	data   io.Reader // an insert's data that was not in the text
}

// reserved are names in the URL that are no settings.
var reserved = map[string]bool{
	"query": true, "database": true, "default_format": true, "user": true, "password": true, "query_id": true,
	"session_id": true, "session_check": true, "session_timeout": true, "close_session": true, "role": true,
	"compress": true, "decompress": true, "quota_key": true, "stacktrace": true, "client_protocol_version": true,
	"buffer_size": true, "wait_end_of_query": true,
}

// headBytes of a body are searched for the INSERT that its data follows.
const headBytes = 256 << 10

func (s *Server) readRequest(out *output, r *http.Request) (*request, error) {
	body, err := decodeBody(out.reader(r.Body), r)
	if err != nil {
		return nil, err
	}
	req := &request{form: r.URL.Query(), data: body}
	req.readOnly = r.Method != http.MethodPost
	if kind, values, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		if err := req.readForm(body, values["boundary"], s.config.MaxQueryBytes); err != nil {
			return nil, err
		}
	}
	if err := req.readText(s.config.MaxQueryBytes); err != nil {
		return nil, err
	}
	req.readSettings()
	req.readFormat(r)
	return req, nil
}

// decodeBody undoes the body's Content-Encoding and ClickHouse's own compression.
func decodeBody(body io.Reader, r *http.Request) (_ io.Reader, err error) {
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		body, err = gzip.NewReader(body)
	case "deflate":
		body, err = inflate(body)
	case "br":
		body = brotli.NewReader(body)
	case "lz4":
		body = lz4.NewReader(body)
	case "zstd":
		body, err = zstd.NewReader(body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	default:
		return nil, exception(codeNotImplemented, "NOT_IMPLEMENTED", "Content-Encoding %q is not supported", encoding)
	}
	if err != nil {
		return nil, exception(117, "INCORRECT_DATA", "Cannot decompress the body: %v", err)
	}
	if r.URL.Query().Get("decompress") == "1" {
		body = &compressedBlocks{from: compress.NewReader(body)}
	}
	return body, nil
}

// inflate takes deflate with a zlib head, as the standard says, and without, as some send it.
func inflate(body io.Reader) (io.Reader, error) {
	b := bufio.NewReader(body)
	if head, err := b.Peek(2); err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}

// compressedBlocks reads ClickHouse's compressed blocks up to the end of the body. The end has to be
// remembered: read again after it, ch-go's reader starts over with its last block.
type compressedBlocks struct {
	from *compress.Reader
	err  error
}

func (c *compressedBlocks) Read(p []byte) (n int, err error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err = c.from.Read(p)
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	c.err = err
	return n, err
}

// readText finds the statement in the URL, the body or both, and leaves an insert's data in req.data.
func (req *request) readText(limit int) error {
	text := req.form.Get("query")
	body := bufio.NewReaderSize(req.data, headBytes)
	head, err := body.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read body: %w", err)
	}
	fromBody := strings.TrimSpace(text) == ""
	if fromBody {
		text = string(head)
	}
	req.text = sqltext.Parse(text)
	var isInsert bool
	if req.insert, isInsert = req.text.Insert(); isInsert {
		return req.insertData(body, fromBody, len(head))
	}
	if !fromBody && !isBlank(head) {
		text += "\n"
	}
	rest, err := io.ReadAll(io.LimitReader(body, int64(limit)+1))
	switch {
	case err != nil:
		return fmt.Errorf("read body: %w", err)
	case len(rest) > limit:
		return exception(170, "QUERY_IS_TOO_LARGE", "The statement has more than %d bytes", limit)
	case fromBody:
		text = string(rest)
	case !isBlank(rest):
		text += string(rest)
	}
	if strings.TrimSpace(text) == "" {
		return exception(codeSyntaxError, "SYNTAX_ERROR", "Empty query")
	}
	req.text = sqltext.Parse(text)
	return nil
}

// insertData joins the data behind the statement's text with the rest of the body.
func (req *request) insertData(body *bufio.Reader, fromBody bool, head int) error {
	req.data = body
	if fromBody {
		if _, err := body.Discard(head); err != nil {
			return fmt.Errorf("read body: %w", err)
		}
		req.data = io.MultiReader(strings.NewReader(req.insert.Data), body)
	} else if req.insert.Data != "" {
		req.data = io.MultiReader(strings.NewReader(req.insert.Data), strings.NewReader("\n"), body)
	}
	return nil
}

// readSettings takes settings and parameters from the URL.
func (req *request) readSettings() {
	req.settings = make(map[string]string)
	for name, values := range req.form {
		value := values[len(values)-1]
		if param, is := strings.CutPrefix(name, "param_"); is {
			req.params = append(req.params, engine.Param{Name: param, Value: value})
		} else if !reserved[name] {
			req.settings[name] = value
		}
	}
}

// readFormat decides the result's format: by the statement, a header or the URL.
func (req *request) readFormat(r *http.Request) {
	_, req.format = req.text.Output()
	for _, f := range []string{r.Header.Get("X-ClickHouse-Format"), req.form.Get("default_format"), "TabSeparated"} {
		if req.format == "" {
			req.format = f
		}
	}
}
