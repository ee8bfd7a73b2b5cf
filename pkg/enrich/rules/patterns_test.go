package rules

import (
	"regexp"
	"strings"
	"testing"
)

// TestPatterns: whatever way an expression is looked for, it matches what it matches by itself.
func TestPatterns(t *testing.T) {
	file, err := Files.ReadFile("crawlers.txt")
	if err != nil {
		t.Fatal(err)
	}
	var expressions, agents []string
	for line := range strings.Lines(string(file)) {
		if _, expression, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && strings.ContainsAny(expression, "[](){}|^$.*+?") {
			expressions = append(expressions, expression)
		}
	}
	expressions = append(expressions, "(?i)mixed", "[^a]b", "a|bcde", "^x", "x$", "^[ab]cdef", "(?i)ked")
	for _, e := range expressions {
		text := regexp.QuoteMeta(e) + " " + strings.NewReplacer(`\`, "", "^", "", "$", "", "[", "", "]", "", "(", "", ")", "").Replace(e)
		agents = append(agents, text, strings.ToUpper(text), "Mozilla/5.0 "+text)
	}
	agents = append(agents, "wget/1", "Wget/1", "WGET", "xx", "b", "bcde", "x", "acdef", "K", "\u212aED", "Ahrefs", "AhrefsBot")
	for _, e := range expressions {
		p, err := compile([]string{e})
		if err != nil {
			t.Fatal(err)
		}
		whole := regexp.MustCompile(e)
		for _, agent := range agents {
			if got, want := p.match(agent), whole.MatchString(agent); got != want {
				t.Errorf("%q in %q: %t, want %t", e, agent, got, want)
			}
		}
	}
}
