package export

import (
	"encoding/json"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// manifestName is the file that says what the other files of a day are.
const manifestName = "manifest.json"

// manifest describes the files of a day. 64-bit figures that may pass 2⁵³ are written as text, since
// many JSON readers would round them.
type manifest struct {
	Run               string                   `json:"run"`
	Job               string                   `json:"job"`
	Day               string                   `json:"day"`
	Zone              string                   `json:"tz"`
	State             ledger.State             `json:"state"`
	Started           time.Time                `json:"started_at"`
	DefinitionVersion uint16                   `json:"definition_version"`
	Views             uint64                   `json:"views"`
	SpentMS           uint64                   `json:"spent_ms"`
	Tables            map[string]manifestTable `json:"tables"`
}

type manifestTable struct {
	Rows     uint64                  `json:"rows"`
	Checksum uint64                  `json:"checksum,string"` // as in the ledger
	Files    map[string]manifestFile `json:"files"`           // by format
}

type manifestFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func newManifest(run ledger.Run) manifest {
	return manifest{
		Run: run.ID.String(), Job: run.Job, Day: run.Date.String(), Zone: run.Zone, State: run.State,
		Started: run.Started.UTC(), DefinitionVersion: run.DefinitionVersion,
		Views: run.Views, SpentMS: run.SpentMS, Tables: map[string]manifestTable{},
	}
}

func (m manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}
