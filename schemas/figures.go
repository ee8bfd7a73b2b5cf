package schemas

import (
	_ "embed"
	"encoding/json"
)

//go:embed figures.json
var figuresJSON []byte

// Figure says what a column of an answer means, for people.
type Figure struct {
	Title string `json:"title"`
	// Unit is text, count, ms (milliseconds), share (0 to 1), day, instant, flag or counts (a list).
	Unit       string `json:"unit"`
	Definition string `json:"definition"`
}

// Figures are the figures by column name: the written definitions that the API, the dashboard and the
// weekly report show.
var Figures = readFigures()

// readFigures reads the embedded file; a test holds that it can be read.
func readFigures() (f map[string]Figure) {
	_ = json.Unmarshal(figuresJSON, &f)
	return f
}
