package main

import (
	"os"
	"syscall"
)

// peakKB is the most memory that an ended process had; 0 where the system does not say.
func peakKB(state *os.ProcessState) int64 {
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss // Linux counts in KB
	}
	return 0
}
