package accounts

// OIDC stub, replaced below.
type OIDC struct {
	Issuer string `help:"x"`
}

func (o OIDC) on() bool     { return o.Issuer != "" }
func (o OIDC) check() error { return nil }

type provider struct{}

func newProvider(OIDC, string) (*provider, error) { return nil, nil }
