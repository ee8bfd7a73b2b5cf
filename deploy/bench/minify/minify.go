// Package minify builds the beacon from its source by esbuild.
package minify

import (
	"fmt"

	"github.com/evanw/esbuild/pkg/api"
)

// Script minifies for browsers from 2020 on: older ones run no script of that syntax at all.
func Script(source []byte) ([]byte, error) {
	result := api.Transform(string(source), api.TransformOptions{
		Loader: api.LoaderJS, Target: api.ES2020, Charset: api.CharsetASCII,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, Sourcefile: "beacon.src.js",
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("build beacon.src.js: line %d: %s", result.Errors[0].Location.Line, result.Errors[0].Text)
	}
	return result.Code, nil
}
