//go:build !linux

package faults

import "os/exec"

// dieWithParent: only Linux knows how; elsewhere a test that is killed leaves its children behind.
func dieWithParent(*exec.Cmd) {}
