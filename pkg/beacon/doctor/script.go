package doctor

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// fetchScript loads the script as the tag asks for it.
func (e examination) fetchScript(ctx context.Context, p *page, t *tag) (string, bool) {
	a, err := e.get(ctx, t.src.String(), p.origin())
	if err != nil {
		e.wrong("The script %s cannot be loaded: %v.", t.src, err)
		return "", false
	}
	kind := a.header.Get("Content-Type")
	switch {
	case a.code != http.StatusOK:
		e.wrong("The script %s answers %s: is this the collector's address, and does the proxy in front pass this path on?", t.src, a.status)
		return "", false
	case !strings.Contains(kind, "javascript"):
		e.wrong("The script %s answers with content type %q: something else than the collector serves this path.", t.src, kind)
		return "", false
	case !strings.Contains(string(a.content), "sessionStorage.footfall"):
		e.wrong("What %s serves is not Footfall's script: is this the collector's address?", t.src)
		return "", false
	}
	if stated := t.attributes["integrity"]; stated != "" && !intact(stated, a.content) {
		e.wrong("The tag states another integrity than the script has: browsers do not run it. Print the tag again: bin/footfall snippet --pinned.")
	}
	if other := !sameOrigin(t.src, p.url); other && has(t.attributes, "crossorigin") && a.header.Get("Access-Control-Allow-Origin") == "" {
		e.wrong("The script's answer has no Access-Control-Allow-Origin header, which crossorigin asks for: the proxy in front takes it away.")
	} else if other && t.attributes["integrity"] != "" && !has(t.attributes, "crossorigin") {
		e.wrong(`The tag states an integrity and no crossorigin="anonymous": browsers do not run it.`)
	}
	return string(a.content), true
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// intact reports whether content has one of the stated hashes.
func intact(stated string, content []byte) bool {
	small, middle, large := sha256.Sum256(content), sha512.Sum384(content), sha512.Sum512(content)
	for _, s := range strings.Fields(stated) {
		name, want, _ := strings.Cut(s, "-")
		sum := map[string][]byte{"sha256": small[:], "sha384": middle[:], "sha512": large[:]}[name]
		if sum != nil && base64.StdEncoding.EncodeToString(sum) == want {
			return true
		}
	}
	return false
}

// posts finds where the script posts, as pkg/beacon writes it.
var posts = regexp.MustCompile(`new URL\("([^"]+)",`)

func (e examination) findEndpoint(p *page, t *tag, content string) (*url.URL, bool) {
	found, base := t.attributes["data-endpoint"], p.url
	if found == "" {
		base = t.src
		m := posts.FindStringSubmatch(content)
		if m == nil {
			e.wrong("The script does not say where it posts: it is of another version, or something has changed it.")
			return nil, false
		}
		found = m[1]
	}
	endpoint, err := base.Parse(found)
	if err != nil {
		e.wrong("data-endpoint %q is no address.", found)
		return nil, false
	}
	return endpoint, true
}
