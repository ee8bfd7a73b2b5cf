// Package beacon holds the script that pages load: its readable source, the built file, and how it
// is served.
//
// beacon.js is built from beacon.src.js by "go generate ./pkg/beacon" and committed; beacon.sum holds
// the SHA-256 of both, so that a test can tell that the one was built from the other.
//
// The script has two addresses. The plain one never changes and is cached for an hour. The pinned one
// holds a hash of the content and is cached for ever; its integrity can be stated in the tag. After an
// upgrade the pinned address of the version before serves the new script, which a tag that states the
// old integrity refuses: print the tag again.
package beacon

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/andybalholm/brotli"
)

//go:generate go -C ../../deploy/bench run ./beaconbuild ../../pkg/beacon

//go:embed beacon.js
var script string

// Script is the built script, as it is served when events are posted to v1/events beside it.
func Script() string { return script }

// builtFor is the script's own idea of where to post.
const builtFor = "v1/events"

// Beacon serves the script at the paths of its settings. It is safe for concurrent use.
type Beacon struct {
	cfg       Config
	hash      string // of the content, in hexadecimal
	integrity string
	encoded   map[string][]byte // by content encoding, "" for none
}

// New prepares and compresses the script.
func New(cfg Config) (*Beacon, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.WithDefaults()
	content := []byte(strings.Replace(script, builtFor, cfg.eventsFromScript(), 1))
	sum, strong := sha256.Sum256(content), sha512.Sum384(content)
	b := &Beacon{
		cfg: cfg, hash: hex.EncodeToString(sum[:8]),
		integrity: "sha384-" + base64.StdEncoding.EncodeToString(strong[:]),
	}
	gz, err := compressed(content, gzipped)
	if err != nil {
		return nil, err
	}
	br, err := compressed(content, brotlied)
	if err != nil {
		return nil, err
	}
	b.encoded = map[string][]byte{"": content, "gzip": gz, "br": br}
	return b, nil
}

// PinnedPath is the script's address that holds its hash: /beacon.0123456789abcdef.js.
func (b *Beacon) PinnedPath() string { return b.pinned(b.hash) }

// Integrity is what a tag for the pinned address states.
func (b *Beacon) Integrity() string { return b.integrity }

// Content is the script as it is served.
func (b *Beacon) Content() string { return string(b.encoded[""]) }

func (b *Beacon) pinned(hash string) string {
	ext := path.Ext(b.cfg.BeaconPath)
	return strings.TrimSuffix(b.cfg.BeaconPath, ext) + "." + hash + ext
}

// IsPinned reports whether p is a pinned address of this or another version.
func (b *Beacon) IsPinned(p string) bool {
	before, after, _ := strings.Cut(b.pinned("\x00"), "\x00")
	hash := strings.TrimSuffix(strings.TrimPrefix(p, before), after)
	_, err := hex.DecodeString(hash)
	return err == nil && len(hash) == len(b.hash) && p == b.pinned(hash)
}

func gzipped(w io.Writer) (io.WriteCloser, error) {
	return gzip.NewWriterLevel(w, gzip.BestCompression)
}

func brotlied(w io.Writer) (io.WriteCloser, error) {
	return brotli.NewWriterLevel(w, brotli.BestCompression), nil
}

func compressed(content []byte, with func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	w, err := with(&out)
	if err == nil {
		_, err = w.Write(content)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("compress beacon: %w", err)
	}
	return out.Bytes(), nil
}
