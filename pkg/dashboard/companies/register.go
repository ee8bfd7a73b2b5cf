package companies

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
)

// Register adds the operations.
func (c *Companies) Register(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		o := access.Operation(id, method, "/networks/own"+path, summary, "networks", access.Needs(access.Admin))
		o.MaxBodyBytes = 4 * maxContent // JSON writes a byte with up to six, but no list that people write needs that
		return o
	}
	huma.Register(api, op("get-own-networks", http.MethodGet, "", "Your own list of networks: which addresses belong to which company"), whole(c.show))
	huma.Register(api, op("check-own-networks", http.MethodPost, "/check", "What a list would do; nothing is changed"), whole(c.check))
	huma.Register(api, op("replace-own-networks", http.MethodPut, "", "Replace the list, if no line of the new one is wrong"), whole(c.replace))
	huma.Register(api, op("add-own-network", http.MethodPost, "/entries", "Add one network to the list"), whole(c.add))
	huma.Register(api, op("remove-own-network", http.MethodDelete, "/entries", "Take one network from the list"), whole(c.remove))
	huma.Register(api, op("find-own-network", http.MethodGet, "/lookup", "Which line of the list an address belongs to"), whole(c.lookup))
	huma.Register(api, op("get-own-networks-use", http.MethodGet, "/use", "Which lists the events of the last hour were recorded with"), whole(c.use))
	file := op("download-own-networks", http.MethodGet, "/file", "The list, as it is")
	file.Responses = map[string]*huma.Response{"200": {Description: "The file.", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	huma.Register(api, file, whole(c.download))
}

// whole refuses whoever may not see every site: the list holds for all of them.
func whole[I, O any](next func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		if p := access.From(ctx); !p.All {
			return nil, huma.Error403Forbidden("the list of networks holds for all sites; only whoever may see every site may look at it")
		}
		return next(ctx, in)
	}
}

// OwnNetworks is the list as it is.
type OwnNetworks struct {
	File    string     `json:"file" doc:"Path on the dashboard's machine; empty: none is named."`
	Format  string     `json:"format" enum:"csv,yaml" doc:"Of the file."`
	Locked  string     `json:"locked" doc:"Why it cannot be changed here, and what to do about it; empty: it can."`
	Version string     `json:"version" doc:"First digits of the SHA-256 of the file, as events name it in enrich_rules; empty: there is no list yet."`
	Written *time.Time `json:"written_at" doc:"When the file was last written; null: there is none."`
	NetworksPreview
	Entries []Entry `json:"entries" doc:"In the file's order."`
}

type listAnswer struct{ Body OwnNetworks }

func (c *Companies) answer(f file, err error) (*listAnswer, error) {
	if err != nil {
		return nil, err
	}
	out := OwnNetworks{File: c.cfg.Networks, Format: c.cfg.format(), Locked: c.cfg.locked(), Version: f.version, NetworksPreview: preview(f.list, f.list),
		Entries: append([]Entry{}, f.list.Entries...)}
	if !f.changed.IsZero() {
		at := f.changed.UTC()
		out.Written = &at
	}
	return &listAnswer{out}, nil
}

func (c *Companies) show(context.Context, *struct{}) (*listAnswer, error) { return c.answer(c.now()) }

// NetworksText is a list that somebody sends.
type NetworksText struct {
	Content string `json:"content" doc:"network,organisation,class, one a line, the first of which may name them; or YAML."`
	Format  string `json:"format,omitempty" enum:"csv,yaml" default:"csv" doc:"Of the content. The file keeps its own."`
}

// as is the text in a format. A text with faults stays as it is: they are those of its own lines.
func (t NetworksText) as(format string, read Read) (List, []byte, error) {
	l := read("list."+t.Format, []byte(t.Content))
	if t.Format == format || len(l.Faults) > 0 {
		return l, []byte(t.Content), nil
	}
	content, err := render(l.Entries, format)
	return l, content, err
}

type checkQuestion struct{ Body NetworksText }

type checkAnswer struct{ Body NetworksPreview }

func (c *Companies) check(_ context.Context, in *checkQuestion) (*checkAnswer, error) {
	was, err := c.now()
	if err != nil {
		return nil, err
	}
	l, content, err := in.Body.as(c.cfg.format(), c.read)
	if err != nil {
		return nil, err
	}
	if len(content) > maxContent {
		return nil, refusal(content, l)
	}
	return &checkAnswer{preview(was.list, l)}, nil
}

type replaceQuestion struct {
	Body struct {
		NetworksText
		Version string `json:"version" doc:"Of the list that this one is to replace, as it was shown."`
	}
}

func (c *Companies) replace(ctx context.Context, in *replaceQuestion) (*listAnswer, error) {
	return c.answer(c.write(ctx, in.Body.Version, func(file) ([]byte, error) {
		l, content, err := in.Body.as(c.cfg.format(), c.read)
		if err != nil {
			return nil, err
		}
		return content, refusal(content, l)
	}))
}

type addQuestion struct {
	Body struct {
		Network      string `json:"network" maxLength:"64" doc:"CIDR or address."`
		Organisation string `json:"organisation" maxLength:"128"`
		Class        string `json:"class,omitempty" enum:"business,isp,hosting,vpn,education,government" default:"business"`
		Version      string `json:"version" doc:"Of the list, as it was shown."`
	}
}

func (c *Companies) add(ctx context.Context, in *addQuestion) (*listAnswer, error) {
	return c.answer(c.write(ctx, in.Body.Version, func(was file) ([]byte, error) {
		if err := c.editable(was); err != nil {
			return nil, err
		}
		row := []string{in.Body.Network, in.Body.Organisation, in.Body.Class}
		one := c.read("list.csv", with(nil, ',', row)) // by itself, so that nothing in it takes other rows along
		if len(one.Faults) > 0 {
			return nil, huma.Error422UnprocessableEntity(one.Faults[0].Text)
		}
		if len(one.Entries) != 1 {
			return nil, huma.Error422UnprocessableEntity(fmt.Sprintf("row %q must be network, organisation and class", row))
		}
		return with(was.content, was.list.Separator, cells(one.Entries[0])), nil
	}))
}

type removeQuestion struct {
	Network string `query:"network" required:"true" maxLength:"64" doc:"CIDR, as the list shows it."`
	Version string `query:"version" required:"true" doc:"Of the list, as it was shown."`
}

func (c *Companies) remove(ctx context.Context, in *removeQuestion) (*listAnswer, error) {
	return c.answer(c.write(ctx, in.Version, func(was file) ([]byte, error) {
		if err := c.editable(was); err != nil {
			return nil, err
		}
		for _, e := range was.list.Entries {
			if e.Network.String() == in.Network {
				return without(was.content, e.Line)
			}
		}
		return nil, huma.Error404NotFound(fmt.Sprintf("the list has no network %q", in.Network))
	}))
}

// editable refuses to change single lines where that could change others.
func (c *Companies) editable(was file) error {
	switch {
	case c.cfg.format() != csvFormat:
		return huma.Error409Conflict("the list is YAML: download it, change it, and upload it")
	case len(was.list.Faults) > 0:
		return huma.Error409Conflict("lines of the list are wrong: download it, mend it, and upload it")
	}
	return nil
}

type lookupQuestion struct {
	Address string `query:"address" required:"true" maxLength:"64" example:"203.0.113.9"`
}

type lookupAnswer struct {
	Body struct {
		Entry *Entry `json:"entry" doc:"The narrowest network that the address is in; null: none of the list's."`
	}
}

func (c *Companies) lookup(_ context.Context, in *lookupQuestion) (*lookupAnswer, error) {
	a, err := netip.ParseAddr(in.Address)
	if err != nil || a.Zone() != "" {
		detail := fmt.Sprintf("address %q must be one such as 203.0.113.9", in.Address)
		return nil, huma.Error422UnprocessableEntity(detail, &huma.ErrorDetail{Location: "query.address", Message: detail, Value: in.Address})
	}
	f, err := c.now()
	if err != nil {
		return nil, err
	}
	out := &lookupAnswer{}
	if e, ok := find(f.list, a.Unmap()); ok {
		out.Body.Entry = &e
	}
	return out, nil
}

type fileAnswer struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (c *Companies) download(context.Context, *struct{}) (*fileAnswer, error) {
	f, err := c.now()
	if err != nil {
		return nil, err
	}
	if f.version == "" {
		f.content = []byte("network,organisation,class\n")
	}
	return &fileAnswer{"application/octet-stream", `attachment; filename="own-networks.` + c.cfg.format() + `"`, f.content}, nil
}
