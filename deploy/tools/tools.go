// Package tools pins the programs that check this repository (go.mod names them) and tests that the
// rules they hold are really held.
package tools
