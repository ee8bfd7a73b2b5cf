package syslog

import (
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct{ messages, dropped *prometheus.CounterVec }

func newMetrics(reg prometheus.Registerer, kernelDrops func() float64) *metrics {
	m := &metrics{
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_shipper_syslog_messages_total", Help: "Syslog messages received.",
		}, []string{"transport"}),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "footfall_shipper_syslog_dropped_total",
			Help: "Syslog messages that were received and lost: the queue was full, the sender is not allowed, too long, or the process stopped.",
		}, []string{"reason"}),
	}
	kernel := prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "footfall_shipper_syslog_kernel_dropped_total", Help: "Datagrams that the kernel dropped because nobody read them in time; always 0 where it does not say.",
	}, kernelDrops)
	reg.MustRegister(m.messages, m.dropped, kernel)
	for _, transport := range []string{"udp", "tcp"} { // 0 from the start, so that the first message is an increase
		m.messages.WithLabelValues(transport)
	}
	for _, reason := range []string{"queue_full", "sender", "too_long", "stopped"} {
		m.dropped.WithLabelValues(reason)
	}
	return m
}

// kernelDrops reads the last column of our socket's row in the kernel's tables; rows are known by
// the socket's inode.
func (s *Server) kernelDrops() float64 {
	inode, ok := s.inode()
	if !ok {
		return 0
	}
	for _, table := range []string{"/proc/net/udp", "/proc/net/udp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for row := range strings.Lines(string(text)) {
			columns := strings.Fields(row)
			if len(columns) >= 13 && columns[9] == inode {
				drops, _ := strconv.ParseFloat(columns[12], 64)
				return drops
			}
		}
	}
	return 0
}

func (s *Server) inode() (inode string, ok bool) {
	if s.udp == nil {
		return "", false
	}
	raw, err := s.udp.SyscallConn()
	if err != nil {
		return "", false
	}
	var stat syscall.Stat_t
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = syscall.Fstat(int(fd), &stat) }); err != nil || failed != nil {
		return "", false
	}
	return strconv.FormatUint(stat.Ino, 10), true
}
