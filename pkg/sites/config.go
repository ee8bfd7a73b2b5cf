package sites

// Config says where the sites come from.
type Config struct {
	Sites    string `help:"Sites file (YAML). Without one every site key is taken." type:"path" placeholder:"FILE"`
	TimeZone string `help:"Time zone of the days when there is no sites file (IANA name)." default:"UTC"`
}

// Validate refuses a zone that does not exist and a file that cannot be used.
func (c Config) Validate() error {
	_, err := c.Directory()
	return err
}

// Directory makes the directory that the settings describe.
func (c Config) Directory() (*Directory, error) {
	zone, err := LoadZone(c.TimeZone)
	if err != nil {
		return nil, err
	}
	if c.Sites == "" {
		return Open(zone), nil
	}
	sites, err := readFile(c.Sites)
	if err != nil {
		return nil, err
	}
	return Of(sites...), nil
}
