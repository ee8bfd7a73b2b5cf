package traffic

import "strings"

// programs are what some visitors call themselves after WithPrograms.
var programs = []string{
	"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.11.0", "-",
	"Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0.0.0", "Acme 1", "",
}

// WithPrograms gives visitors the user-agents of programs, and notes of user-agents by lists that are no
// longer in use: four reasons that runs decide anew, and one that stands.
func (d *Day) WithPrograms() {
	for i := range d.Events {
		e := &d.Events[i]
		if n, ok := strings.CutPrefix(e.UserAgent, "agent/"); ok {
			e.UserAgent = programs[n[0]-'0']
			e.Enrich.BotReasons |= 1 << (8 + e.ID[15]%5)
		}
	}
}
