package access

import (
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

const (
	neededKey = "footfall-role"
	sharedKey = "footfall-shared"
)

// Public is the need of an operation that anybody may call, signed in or not.
const Public Role = "public"

// Needs states the role that an operation needs. An operation without one is refused to everybody.
// Principals of a share link are refused, unless Shared says otherwise.
func Needs(role Role) func(*huma.Operation) {
	return func(op *huma.Operation) {
		if op.Metadata == nil {
			op.Metadata = map[string]any{}
		}
		op.Metadata[neededKey] = role
		if role != Public {
			op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
			op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
		}
	}
}

// Shared lets principals of a share link call the operation; it has to hold them to their page.
func Shared(op *huma.Operation) { op.Metadata[sharedKey] = true }

// Needed tells which role an operation needs.
func Needed(op *huma.Operation) (Role, bool) {
	role, ok := op.Metadata[neededKey].(Role)
	return role, ok
}

// Guard is the middleware that holds operations to what they need.
func Guard(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		role, ok := Needed(ctx.Operation())
		p := From(ctx.Context())
		switch {
		case ok && role == Public:
		case p.Role == "":
			refuse(api, ctx, http.StatusUnauthorized, ErrUnknown.Error())
			return
		case !ok || !p.Role.Includes(role):
			refuse(api, ctx, http.StatusForbidden, fmt.Sprintf("this needs the role %s; %s has the role %s", role, p.Name, p.Role))
			return
		case p.Share != nil && ctx.Operation().Metadata[sharedKey] != true:
			refuse(api, ctx, http.StatusForbidden, "the link shows one page only")
			return
		}
		next(ctx)
	}
}

func refuse(api huma.API, ctx huma.Context, status int, detail string) {
	_ = huma.WriteErr(api, ctx, status, detail) // the client has gone when this fails
}

// Site refuses whoever may not see a site. A site that does not exist gets the same answer.
func Site(p Principal, site string) error {
	if p.MaySee(site) {
		return nil
	}
	return huma.Error403Forbidden(fmt.Sprintf("site %q is none that you may see", site))
}
