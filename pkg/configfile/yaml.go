// Package configfile reads the files that people write for Footfall: strictly, and again when they change.
package configfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// Decode reads a file of one YAML document. Fields that into does not have and a second document are
// errors; an empty file leaves into as it is.
func Decode(content []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(content))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read YAML: %w", err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("the file must hold one YAML document")
	}
	return nil
}
