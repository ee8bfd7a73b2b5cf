package dashboard

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
)

type asPrincipal access.Principal

func (p asPrincipal) Authenticate(*http.Request) (access.Principal, error) {
	return access.Principal(p), nil
}

// Whatever operation there is on a site: whoever may see another one is refused, before anything is looked up.
func TestEveryOperationOfASiteKeepsOthersOut(t *testing.T) {
	limited := asPrincipal{Name: "ann", Role: access.Admin, Sites: []string{"mine"}, Via: access.Session}
	link := asPrincipal{Name: "a link", Role: access.Viewer, Sites: []string{"mine"}, Via: access.Link, Share: &access.Share{Site: "mine", Page: "overview"}}
	handlers := map[string]http.Handler{}
	for _, who := range []asPrincipal{limited, link} {
		d := described()
		d.auth = who
		handlers[who.Name] = d.Handler()
	}
	api := humagin.New(gin.New(), apiConfig())
	described().register(api)
	tried := 0
	for path, item := range api.OpenAPI().Paths {
		if !strings.Contains(path, "{site}") {
			continue
		}
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			tried++
			for who, handler := range handlers {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, example(t, op, path))
				if w.Code != http.StatusForbidden {
					t.Errorf("%s %s of another's site answers %s %d %s", op.Method, path, who, w.Code, w.Body)
				}
			}
		}
	}
	if tried < 15 {
		t.Errorf("only %d operations were tried", tried)
	}
}

// example is a request that only lacks the right to make it.
func example(t *testing.T, op *huma.Operation, path string) *http.Request {
	t.Helper()
	for name, value := range map[string]string{"site": "theirs", "report": "pages", "ip": "203.0.113.7", "id": "0b5dd545-fd3e-4a8b-afe2-042fa04dde3a"} {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	var query []string
	for _, p := range op.Parameters {
		if p.In == "query" && p.Required {
			query = append(query, p.Name+"=2026-01-31")
		}
	}
	body := ""
	switch op.OperationID {
	case "add-annotation":
		body = `{"day":"2026-01-31","title":"a note"}`
	case "send-test-weekly":
		body = `{}`
	}
	r := httptest.NewRequestWithContext(t.Context(), op.Method, "/api/v1"+path+"?"+strings.Join(query, "&"), strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}
