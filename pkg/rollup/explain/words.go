package explain

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// words writes a duration for people: 1 h 5 min, 15 min 40 s, 0.25 s.
func words(d time.Duration) string {
	d = d.Truncate(time.Millisecond)
	var parts []string
	if h := d / time.Hour; h > 0 {
		parts = append(parts, fmt.Sprintf("%d h", h))
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		parts = append(parts, fmt.Sprintf("%d min", m))
	}
	if s := d % time.Minute; s > 0 || len(parts) == 0 {
		parts = append(parts, strconv.FormatFloat(s.Seconds(), 'f', -1, 64)+" s")
	}
	return strings.Join(parts, " ")
}

func ms(n uint64) string { return words(time.Duration(n) * time.Millisecond) }

// count writes "1 view" or "3 views".
func count(n uint64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// figures writes the totals in one line.
func figures(t ledger.Totals) string {
	return fmt.Sprintf("%s in %s; %s spent = %s measured (%s) + %s in gaps (%s); time unknown of %s",
		count(t.Accesses, "view"), count(t.Sessions, "session"), ms(t.SpentMS),
		ms(t.EngagedMS), count(t.Evidence, "view"), ms(t.SpentMS-t.EngagedMS), count(t.Gap, "view"), count(t.Unknown, "view"))
}

// sightings says in words who can have seen a view.
var sightings = map[string]string{
	"beacon": "the script on the page",
	"pixel":  "the no-script image on the page",
	"log":    "the web server's log",
	"api":    "a server of yours (API)",
}

func seenBy(witnesses []string) string {
	names := make([]string, len(witnesses))
	for i, w := range witnesses {
		names[i] = orNone(sightings[w], w)
	}
	return strings.Join(names, " and ")
}

// sameView says why two witnesses are held to have seen one view.
func sameView(v ledger.View) string {
	if v.Request != "" && v.Request == v.LogRequest {
		return "both name the request " + printable(v.Request)
	}
	return "same address, user-agent and page, at most 10 s apart, and nearest to each other"
}
