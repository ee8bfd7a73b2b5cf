// Package schemas embeds what is sent and stored, as plain files: the event's JSON and protobuf
// schemas, the tables, and every SQL statement.
package schemas

import (
	"embed"
	"io/fs"
)

//go:embed tables/*.sql
var tables embed.FS

// SQL holds the statements, one per file, with typed parameters.
//
//go:embed ingest/*.sql rollups/*.sql reports/*.sql reports/dashboard/*.sql external/*.sql
var SQL embed.FS

// Cookbook holds the questions that analysts ask, cookbook/NN_NAME.sql, to paste into any client.
//
//go:embed cookbook/*.sql
var Cookbook embed.FS

// Dictionary says in Markdown what every table and column means.
//
//go:embed DICTIONARY.md
var Dictionary string

// Migrations lists the files NNNN_*.sql that make the tables, applied in the order of their numbers.
func Migrations() (fs.FS, error) { return fs.Sub(tables, "tables") }
