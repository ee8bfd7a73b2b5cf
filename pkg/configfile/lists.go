package configfile

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// LinesOf tells in which lines, from 1, the entries of the list under a key begin.
func LinesOf(content []byte, key string) ([]int, error) {
	var lists map[string][]yaml.Node
	if err := yaml.Unmarshal(content, &lists); err != nil {
		return nil, fmt.Errorf("read YAML: %w", err)
	}
	lines := make([]int, len(lists[key]))
	for i, n := range lists[key] {
		lines[i] = n.Line
	}
	return lines, nil
}

// Encode writes a file that Decode reads.
func Encode(from any) ([]byte, error) {
	content, err := yaml.Marshal(from)
	if err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return content, nil
}
