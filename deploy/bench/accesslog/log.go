package main

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

var (
	agents = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
		"Mozilla/5.0 (compatible; SomeBot/2.1; +https://bot.example/about)",
	}
	referrers = []string{"-", "https://www.example.com/", "https://search.example/?q=a+few+words", "https://news.example/item?id=4711"}
	assets    = []string{"/css/site.css", "/js/app.js", "/img/logo.png", "/favicon.ico", "/fonts/text.woff2", "/img/photo-7.jpg"}
)

// writeLog makes a log of three days in combined format: two lines of five are pages.
func writeLog(name string, lines int) error {
	file, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("make a log: %w", err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	w := bufio.NewWriterSize(file, 1<<20)
	at, step := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), 3*24*time.Hour/time.Duration(lines)
	for range lines {
		target, status := fmt.Sprintf("/articles/%d?page=%d", r.IntN(5000), r.IntN(3)), 200
		if r.IntN(5) > 1 {
			target = assets[r.IntN(len(assets))]
		} else if r.IntN(20) == 0 {
			status = 404
		}
		fmt.Fprintf(w, "203.0.%d.%d - - [%s] \"GET %s HTTP/1.1\" %d %d %q %q\n", r.IntN(100), r.IntN(250), at.Format("02/Jan/2006:15:04:05 -0700"),
			target, status, 200+r.IntN(90_000), referrers[r.IntN(len(referrers))], agents[r.IntN(len(agents))])
		at = at.Add(step)
	}
	return errors.Join(w.Flush(), file.Close())
}
