package access

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Me is who the caller is.
type Me struct {
	Name  string   `json:"name"`
	Role  Role     `json:"role" enum:"viewer,analyst,admin"`
	All   bool     `json:"all_sites" doc:"Whether every site may be seen."`
	Sites []string `json:"sites" doc:"Keys of the sites that may be seen, unless all may."`
	Via   Via      `json:"via" enum:"open,session,token,share" doc:"How the caller showed who they are; open: the dashboard asks nobody."`
	Share *Share   `json:"share,omitempty" doc:"The one page that may be seen."`
}

type meAnswer struct{ Body Me }

// RegisterMe adds the operation that tells callers who they are.
func RegisterMe(api huma.API) {
	huma.Register(api, Operation("get-me", http.MethodGet, "/me", "Who am I?", "access", Needs(Viewer), Shared), func(ctx context.Context, _ *struct{}) (*meAnswer, error) {
		p := From(ctx)
		sites := p.Sites
		if sites == nil {
			sites = []string{}
		}
		return &meAnswer{Me{p.Name, p.Role, p.All, sites, p.Via, p.Share}}, nil
	})
}

// Operation describes one operation: its id, method, path below /api/v1, summary and tag.
func Operation(id, method, path, summary, tag string, options ...func(*huma.Operation)) huma.Operation {
	op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag}}
	for _, o := range options {
		o(&op)
	}
	return op
}
