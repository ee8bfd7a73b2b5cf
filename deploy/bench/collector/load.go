package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// result is one measurement.
type result struct {
	requests, events int
	took             time.Duration
	latencies        []time.Duration // sorted
	peak             uint64          // of the collector's memory
	cpu              time.Duration   // of the process that is measured, over everything that it did
	all              int             // events of everything that it did
}

func (r result) perSecond() float64 { return float64(r.events) / r.took.Seconds() }

func (r result) quantile(q float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(len(r.latencies)-1, int(q*float64(len(r.latencies))))]
}

// worker does one unit of work again and again; each of them is an own connection.
type worker func(ctx context.Context) error

// work lets the workers work for a while and gathers how long each unit took.
func work(ctx context.Context, d time.Duration, workers []worker, eventsEach int) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	took, errs := make([][]time.Duration, len(workers)), make([]error, len(workers))
	began := time.Now()
	var wg sync.WaitGroup
	for i, unit := range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				begin := time.Now()
				if errs[i] = unit(context.WithoutCancel(ctx)); errs[i] != nil {
					cancel()
					return
				}
				took[i] = append(took[i], time.Since(begin))
			}
		})
	}
	wg.Wait()
	r := result{took: time.Since(began), latencies: slices.Concat(took...)}
	slices.Sort(r.latencies)
	r.requests = len(r.latencies)
	r.events = r.requests * eventsEach
	return r, errors.Join(errs...)
}

// post is an HTTP request as bytes: what the clients do must cost little beside what is measured.
func post(path, contentType, body string, header ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: stats.example.com\r\nContent-Type: %s\r\nContent-Length: %d\r\n", path, contentType, len(body))
	fmt.Fprint(&b, "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36\r\n",
		"Accept-Language: de-AT,de;q=0.9,en;q=0.8\r\nOrigin: https://www.example.com\r\nReferer: https://www.example.com/\r\n")
	for i := 0; i+1 < len(header); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", header[i], header[i+1])
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// poster sends a request over a connection of its own; anything but a 202 is an error.
func poster(addr string, request []byte) (worker, io.Closer, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	in := bufio.NewReader(conn)
	return func(context.Context) error {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		return readAnswer(in)
	}, conn, nil
}

var (
	accepted      = []byte("HTTP/1.1 202 ")
	contentLength = []byte("Content-Length: ")
)

func readAnswer(in *bufio.Reader) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if !bytes.HasPrefix(line, accepted) {
		return fmt.Errorf("answer %q", line)
	}
	length := 0
	for len(bytes.TrimSpace(line)) > 0 {
		if line, err = in.ReadSlice('\n'); err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		if value, ok := bytes.CutPrefix(line, contentLength); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return fmt.Errorf("read answer: %w", err)
			}
		}
	}
	_, err = in.Discard(length)
	return err
}
