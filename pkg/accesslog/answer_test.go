package accesslog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCollectorAnswers reads every answer that the collector's own tests hold it to for a batch.
func TestCollectorAnswers(t *testing.T) {
	const folder = "../collector/testdata/answers"
	var seen []string
	f := func(name, want string, counts ...int) {
		t.Helper()
		seen = append(seen, name)
		answer, err := readGolden(t, filepath.Join(folder, name+".txt"))
		got := "answer"
		if isTemporary(err) {
			got = "again"
		} else if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if want == "answer" && (answer.Accepted != counts[0] || answer.Rejected != counts[1] || len(answer.Errors) != min(counts[1], 100) || sum(answer.Reasons) != counts[1]) {
			t.Errorf("%s: got %+v, want %d accepted and %d rejected", name, answer, counts[0], counts[1])
		}
	}
	f("batch_accepted", "answer", 2, 0)
	f("batch_gzip", "answer", 2500, 0)
	f("batch_some", "answer", 2, 3)
	f("batch_many_refused", "answer", 0, 150)
	f("batch_bad_address", "answer", 0, 1)
	f("batch_bad_time", "answer", 0, 1)
	f("batch_future", "answer", 0, 1)
	f("unavailable_batch", "again")
	for _, name := range []string{"batch_basic", "batch_no_token", "batch_wrong_token"} {
		f(name, "refused the token (401 Unauthorized: Authorization needs a server token")
	}
	f("batch_bomb", "413 Request Entity Too Large: body must have at most")
	f("batch_too_large", "413 Request Entity Too Large: body must have at most")
	f("batch_too_many", "413 Request Entity Too Large: body must hold at most")
	f("batch_cut_gzip", "400 Bad Request: body ends before")
	f("batch_empty", "400 Bad Request: body must hold at least one line")
	f("batch_not_gzip", "400 Bad Request: body is not what")
	f("batch_other_encoding", "415 Unsupported Media Type: Content-Encoding must be gzip")
	f("method_batch", "405 Method Not Allowed: method is not taken here")

	files, err := filepath.Glob(filepath.Join(folder, "*batch*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".txt"); !slices.Contains(seen, name) {
			t.Errorf("the collector has an answer %s that this test does not know", name)
		}
	}
}

// readGolden reads a status line, headers and a body, as the collector's golden files hold them.
func readGolden(t *testing.T, path string) (Answer, error) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader("HTTP/1.1 "), bytes.NewReader(text))), nil)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return readAnswer(resp, body, time.Now())
}

func sum(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// FuzzAnswer: an answer is counts, or an error that says the status.
func FuzzAnswer(f *testing.F) {
	f.Add(202, `{"accepted":1,"rejected":0}`, "")
	f.Add(400, `{"title":"x","rejected":1,"errors":[{"index":-1}]}`, "")
	f.Add(503, `{"title":"x","detail":"y"}`, "3")
	f.Add(503, `[]`, "Fri, 02 Jan 2026 03:05:05 GMT")
	f.Fuzz(func(t *testing.T, code int, body, after string) {
		resp := &http.Response{StatusCode: code, Status: "the status", Header: http.Header{"Retry-After": {after}}}
		answer, err := readAnswer(resp, []byte(body), time.Now())
		switch {
		case err == nil && code/100 != 2 && code != http.StatusBadRequest:
			t.Errorf("%d was taken for the answer %+v", code, answer)
		case err != nil && !strings.Contains(err.Error(), "the status"):
			t.Errorf("%d gives the error %v", code, err)
		case isTemporary(err) != (code == 408 || code == 429 || code >= 500):
			t.Errorf("%d: temporary is %v", code, isTemporary(err))
		}
		var wait temporary
		if errors.As(err, &wait) && wait.after != nil && wait.after.Duration < 0 {
			t.Errorf("Retry-After %q gives a pause of %s", after, wait.after.Duration)
		}
		r := newReport(false)
		r.countAnswer(answer, []Origin{{"x.log", 1}}) // indexes beyond the batch are not followed
	})
}
