package networks

import (
	_ "embed" // for the built-in rules
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/footfall-analytics/footfall/pkg/configfile"
)

//go:embed classes.yaml
var builtinClasses []byte

// classNames are the classes that there are.
var classNames = []string{"business", "isp", "hosting", "vpn", "education", "government"}

// classes tells a network's class by the number or the name of its organisation. It rather knows nothing
// than something wrong: a name that two rules claim has no class.
type classes struct {
	numbers map[uint32]string
	words   map[string]string // single words
	endings []phrase          // of words
	phrases []phrase
	known   sync.Map // class by organisation: at most as many as the files name
}

// phrase is several words in a row, with a space around each; of an ending, one behind it.
type phrase struct{ words, class string }

// classRule is one rule of the file.
type classRule struct {
	Class   string   `yaml:"class"`
	Numbers []uint32 `yaml:"numbers"` // of autonomous systems; they count before any name
	Words   []string `yaml:"words"`   // of names, in lower case; several words must stand in a row
}

func parseClasses(_ string, content []byte) (table, error) {
	var f struct {
		Version int         `yaml:"version"`
		Rules   []classRule `yaml:"rules"`
	}
	if err := configfile.Decode(content, &f); err != nil {
		return nil, err
	}
	if f.Version < 1 || len(f.Rules) == 0 {
		return nil, errors.New("rules need a version from 1, and at least one rule")
	}
	c := &classes{numbers: map[uint32]string{}, words: map[string]string{}}
	for _, r := range f.Rules {
		if err := c.add(r); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *classes) add(r classRule) error {
	if !slices.Contains(classNames, r.Class) {
		return fmt.Errorf("class %q must be one of %q", r.Class, classNames)
	}
	for _, n := range r.Numbers {
		if was, ok := c.numbers[n]; ok {
			return fmt.Errorf("number %d is there twice: %s and %s", n, was, r.Class)
		}
		c.numbers[n] = r.Class
	}
	for _, w := range r.Words {
		norm := words(w)
		if strings.HasPrefix(w, "*") {
			c.endings = append(c.endings, phrase{norm[1:], r.Class})
			continue
		}
		switch _, twice := c.words[strings.Trim(norm, " ")]; {
		case twice || norm == " ":
			return fmt.Errorf("word %q of class %s is there twice, or empty", w, r.Class)
		case strings.Count(norm, " ") == 2:
			c.words[strings.Trim(norm, " ")] = r.Class
		default:
			c.phrases = append(c.phrases, phrase{norm, r.Class})
		}
	}
	return nil
}

func (c *classes) fill(_ netip.Addr, p *Place) {
	if class, ok := c.numbers[p.ASN]; ok {
		p.Class = class
		return
	}
	if class, ok := c.known.Load(p.Organisation); ok {
		p.Class, _ = class.(string)
		return
	}
	p.Class = c.byName(p.Organisation)
	c.known.Store(p.Organisation, p.Class)
}

func (c *classes) byName(organisation string) string {
	name := words(organisation)
	found := ""
	claim := func(class string) (agreed bool) {
		agreed = found == "" || found == class
		found = class
		return agreed
	}
	for w := range strings.FieldsSeq(name) {
		if class, ok := c.words[w]; ok && !claim(class) {
			return ""
		}
	}
	for _, p := range slices.Concat(c.endings, c.phrases) {
		if strings.Contains(name, p.words) && !claim(p.class) {
			return ""
		}
	}
	return found
}

// words writes a name in lower case with one space around each word: " at t enterprises llc ".
func words(name string) string {
	fields := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(fields, " ") + " "
}
