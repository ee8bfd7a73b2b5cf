package accesslog

import (
	"fmt"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// StaticExtensions are the endings of static assets, as definitions.md lists them.
const StaticExtensions = ".css .js .mjs .map .json .xml .rss .atom .txt .png .jpg .jpeg .gif .svg .ico .webp .avif .bmp " +
	".woff .woff2 .ttf .otf .eot .mp3 .mp4 .m4a .ogg .webm .avi .mov .pdf .zip .gz .tgz .bz2 .xz .rar .7z .iso .dmg .exe " +
	".msi .apk .deb .rpm .jar .wasm .webmanifest"

// Views decides which lines are page views.
type Views struct{ static map[string]bool }

// NewViews makes the rule for a list of extensions such as ".css"; an empty list means
// StaticExtensions. Case does not matter, and the dot may be left out.
func NewViews(extensions []string) (Views, error) {
	if len(extensions) == 0 {
		extensions = strings.Fields(StaticExtensions)
	}
	v := Views{static: make(map[string]bool, len(extensions))}
	for _, e := range extensions {
		name := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(e), "."))
		if name == "" || strings.ContainsAny(name, "./?# ") {
			return Views{}, fmt.Errorf("static extension %q must be one ending such as .css", e)
		}
		v.static[name] = true
	}
	return v, nil
}

// Skip returns "" for a view, else why the line is none. A view is a GET, answered with 200–299 or
// 304, of something that is no static asset: by the logged content type where there is one, else by
// the extension of the path's last segment.
func (v Views) Skip(l *format.Line) format.Reason {
	if l.Method != "GET" {
		return format.SkipMethod
	}
	if (l.Status < 200 || l.Status > 299) && l.Status != 304 {
		return format.SkipStatus
	}
	path, ok := l.Path()
	if !ok {
		return format.SkipTarget
	}
	switch {
	case l.ContentType != "" && !isPage(l.ContentType):
		return format.SkipContentType
	case l.ContentType == "" && v.isStatic(path):
		return format.SkipStatic
	case 3*len(l.Target)+len(l.Host) > event.MaxURL-len("https://") && len(l.URL()) > event.MaxURL:
		return format.SkipURLTooLong
	}
	return ""
}

func (v Views) isStatic(path string) bool {
	segment := path[strings.LastIndexByte(path, '/')+1:]
	dot := strings.LastIndexByte(segment, '.')
	return dot >= 0 && v.static[strings.ToLower(segment[dot+1:])]
}

// isPage reports whether a content type is one that people read in a browser as a page.
func isPage(contentType string) bool {
	name, _, _ := strings.Cut(contentType, ";")
	name = strings.TrimSpace(name)
	return strings.EqualFold(name, "text/html") || strings.EqualFold(name, "application/xhtml+xml")
}
