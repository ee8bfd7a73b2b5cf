// Package doctor looks at a page as a browser would, and says in sentences what keeps its visits from
// being counted: no tag, a policy in the way, a script or an endpoint that cannot be reached, a site key
// or a host that the collector refuses, a proxy that hides the visitors' addresses, a web server that
// tells no request id.
//
// Nothing is counted by it: what it posts is an event that the collector refuses in any case. A tag that
// a script adds later is not seen.
package doctor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Severity of a finding.
type Severity int

// The severities.
const (
	Good   Severity = iota // works
	Advice                 // works, and could be better
	Wrong                  // visits are not counted, or not as they should be
)

// Finding is one sentence about the page.
type Finding struct {
	Severity Severity
	Text     string
}

// Report holds the findings in the order in which a browser would meet their causes.
type Report struct{ Findings []Finding }

func (r *Report) good(format string, args ...any)   { r.add(Good, format, args...) }
func (r *Report) advise(format string, args ...any) { r.add(Advice, format, args...) }
func (r *Report) wrong(format string, args ...any)  { r.add(Wrong, format, args...) }

func (r *Report) add(s Severity, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{s, fmt.Sprintf(format, args...)})
}

// Wrong reports whether anything is.
func (r *Report) Wrong() bool {
	for _, f := range r.Findings {
		if f.Severity == Wrong {
			return true
		}
	}
	return false
}

// Write prints one finding a line.
func (r *Report) Write(w io.Writer) error {
	for _, f := range r.Findings {
		mark := map[Severity]string{Good: "ok    ", Advice: "advice", Wrong: "WRONG "}[f.Severity]
		if _, err := fmt.Fprintf(w, "%s  %s\n", mark, f.Text); err != nil {
			return err
		}
	}
	return nil
}

// Bounds of one examination.
const (
	longest   = 10 * time.Second // for one request
	largest   = 5 << 20          // bytes of a page or a script that are read
	redirects = 5
)

// Examine loads the page at this address, and what its tag names.
func Examine(ctx context.Context, address string) *Report {
	r := &Report{}
	e := examination{Report: r, client: &http.Client{Timeout: longest, CheckRedirect: few}}
	p, ok := e.load(ctx, address)
	if !ok {
		return r
	}
	e.lookAtTiming(p)
	t, ok := e.findTag(p)
	if !ok {
		return r
	}
	e.lookAtPlace(p, t)
	content, ok := e.fetchScript(ctx, p, t)
	if !ok {
		return r
	}
	endpoint, ok := e.findEndpoint(p, t, content)
	if !ok {
		return r
	}
	e.lookAtPolicies(p, t, endpoint)
	if e.tryEndpoint(ctx, p, t, endpoint) {
		e.lookAtAddress(ctx, p, endpoint)
	}
	return r
}

type examination struct {
	*Report
	client *http.Client
}

func few(_ *http.Request, via []*http.Request) error {
	if len(via) > redirects {
		return fmt.Errorf("more than %d redirects", redirects)
	}
	return nil
}

// answer is an answer that has been read.
type answer struct {
	url     *url.URL // after redirects
	code    int
	status  string
	header  http.Header
	content []byte
}

// get loads an address as a browser does that comes from a page.
func (e examination) get(ctx context.Context, address, origin string) (*answer, error) {
	return e.do(ctx, http.MethodGet, address, origin, http.NoBody)
}

func (e examination) do(ctx context.Context, method, address, origin string, body io.Reader) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (compatible; footfall doctor)")
	req.Header.Set("Accept-Language", "en")
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, largest))
	return &answer{resp.Request.URL, resp.StatusCode, resp.Status, resp.Header, content}, err
}
