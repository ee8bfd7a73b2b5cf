//go:build !linux

package faults

import "testing"

func smallDisk(t testing.TB, _ string) string {
	t.Helper()
	t.Skip("small disks are mounted on Linux only")
	return ""
}
