// Package web holds the dashboard's UI: Svelte sources, built by `make ui` into dist/, which is
// embedded. A binary that was built without Node.js serves a page that says so.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed placeholder.html
var placeholder []byte

const (
	root  = "dist"
	index = "index.html"
	// assets are named after their content, so that browsers may keep them.
	assets = "assets/"
)

// file is a file as it is sent.
type file struct {
	content, packed []byte // packed is gzip, empty where that does not help
	mime            string
}

// Handler serves the UI. Every address that is no file is the UI's own business: it gets the index.
func Handler() http.Handler {
	files, err := load(dist)
	if err != nil { // only what was embedded can be wrong, and then every start shows it
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		})
	}
	return handler(files)
}

func handler(files map[string]file) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		f, ok := files[name]
		switch {
		case ok && strings.HasPrefix(name, assets):
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		case !ok && (strings.HasPrefix(name, assets) || path.Ext(name) != "" && !strings.Contains(r.Header.Get("Accept"), "text/html")):
			http.NotFound(w, r)
			return
		case !ok:
			f = files[index]
		}
		f.send(w, r)
	})
}

func (f file) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Vary", "Accept-Encoding")
	body := f.content
	if len(f.packed) > 0 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the client has gone when this fails
	}
}

// Built reports whether the binary holds the UI.
func Built() bool {
	_, err := fs.Stat(dist, root+"/"+index)
	return err == nil
}

// load reads and packs the files of a build; without one, the placeholder is the index.
func load(from fs.FS) (map[string]file, error) {
	files := map[string]file{}
	err := fs.WalkDir(from, root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		files[strings.TrimPrefix(name, root+"/")], err = newFile(name, content)
		return err
	})
	if _, ok := files[index]; err == nil && !ok {
		files[index], err = newFile(index, placeholder)
	}
	if err != nil {
		return nil, fmt.Errorf("read the embedded UI: %w", err)
	}
	return files, nil
}

func newFile(name string, content []byte) (file, error) {
	f := file{content: content, mime: mime.TypeByExtension(path.Ext(name))}
	if f.mime == "" {
		f.mime = "application/octet-stream"
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return f, err
	}
	if _, err := z.Write(content); err != nil {
		return f, err
	}
	if err := z.Close(); err != nil {
		return f, err
	}
	if b.Len() < len(content) {
		f.packed = b.Bytes()
	}
	return f, nil
}
