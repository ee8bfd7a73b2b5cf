package ui

import (
	"strings"
	"testing"
)

// nothingAsked holds once no day is asked for any more.
const nothingAsked = `await fetch('/api/v1/jobs/requests').then(r => r.json()).then(a => a.requests.length === 0)`

// The console shows which days are final, runs one again, and computes a range after showing it.
func TestConsole(t *testing.T) {
	b := look(t, dashboard(product), "/runs?month=2026-03")
	axe := axeScript(t)
	b.until("the seeded days", `document.querySelector('main').innerText.includes('15 Mar')`)
	b.accessible(axe, "runs")
	b.stored("runs")
	checksum := func() string {
		t.Helper()
		s, _ := b.js(`fetch('/api/v1/jobs/runs?day=2026-03-10&tz=UTC').then(r => r.json()).then(a => a.runs.length + ' ' + a.runs[0].state + ' ' + a.runs[0].id)`).(string)
		return s
	}
	ended := func(more string) string { // as many runs more than there were before, and all are over
		return `await fetch('/api/v1/jobs/runs?day=2026-03-10&tz=UTC').then(r => r.json()).then(a => a.runs.length >= Number(sessionStorage.before) + ` + more + ` && a.runs.every(r => r.state !== 'running'))`
	}
	before := checksum()
	b.js(`sessionStorage.before = ` + quote(before) + `.split(' ')[0]`)
	b.open("/runs?month=2026-03&day=2026-03-10&zone=UTC")
	b.until("the day's panel", `[...document.querySelectorAll('dialog[open] button')].some(b => b.innerText === 'Run again')`)
	b.click("dialog[open] button", "Run again")
	b.click("dialog[open] button", "Compute again")
	b.until("the run to be over", nothingAsked+" && "+ended("1"))
	b.open("/runs?month=2026-03")
	b.click("main button", "Compute a range")
	b.fill("First day", "2026-03-09")
	b.fill("Last day", "2026-03-11")
	b.js(`document.querySelector('dialog[open] input[value=all]').click()`)
	b.click("dialog[open] button", "Show the days")
	b.until("the three days", `document.querySelector('dialog[open]').innerText.includes('3 days would be computed')`)
	b.accessible(axe, "backfill")
	b.stored("backfill")
	b.click("dialog[open] button", "Compute these 3 days")
	b.until("the days to be final again", nothingAsked+" && "+ended("2"))
	after := checksum()
	if before == after || !strings.Contains(after, "final") {
		t.Errorf("2026-03-10 was %s, after the backfill it is %s", before, after)
	}
	run := after[strings.LastIndex(after, " ")+1:]
	b.open("/run?run=" + run)
	b.until("the steps of the run", `/daily_ip_access/.test(document.querySelector('main').innerText)`)
	b.accessible(axe, "run")
	b.stored("run")
}
