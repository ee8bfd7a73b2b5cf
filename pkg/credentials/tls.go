package credentials

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
)

// TLS are the settings of TLS towards one kind of server. Embed it with that server's prefix, such as
// `kafka-`; the other functions get the prefix without its dash.
type TLS struct {
	On         bool   `name:"tls" help:"Speak TLS, and check the server's certificate."`
	CAFile     string `name:"tls-ca-file" help:"PEM file of the authorities that sign the servers' certificates; without it, those that this machine trusts." type:"path" placeholder:"FILE"`
	CertFile   string `name:"tls-cert-file" help:"PEM file of our certificate and its chain, for servers that ask for one." type:"path" placeholder:"FILE"`
	KeyFile    string `name:"tls-key-file" help:"PEM file of the key of our certificate." type:"path" placeholder:"FILE"`
	ServerName string `name:"tls-server-name" help:"Name in the servers' certificates, where it is not the host of their address." placeholder:"NAME"`
}

// Check refuses settings that cannot work. It reads the files.
func (t TLS) Check(prefix string) error {
	if !t.On {
		for _, s := range []struct{ name, value string }{
			{"ca-file", t.CAFile}, {"cert-file", t.CertFile}, {"key-file", t.KeyFile}, {"server-name", t.ServerName},
		} {
			if s.value != "" {
				return fmt.Errorf("%[1]s-tls-%[2]s %[3]q needs %[1]s-tls: turn it on", prefix, s.name, s.value)
			}
		}
		return nil
	}
	_, err := t.config(prefix, "")
	return err
}

// config reads the files for one connection to a HOST:PORT.
func (t TLS) config(prefix, addr string) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	cfg := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if t.ServerName != "" {
		cfg.ServerName = t.ServerName
	}
	if t.CAFile != "" {
		if cfg.RootCAs, err = authorities(prefix, t.CAFile); err != nil {
			return nil, err
		}
	}
	if (t.CertFile == "") != (t.KeyFile == "") {
		return nil, fmt.Errorf("%[1]s-tls-cert-file %[2]q and %[1]s-tls-key-file %[3]q go together: set both or none", prefix, t.CertFile, t.KeyFile)
	}
	if t.CertFile != "" {
		own, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read %[1]s-tls-cert-file %[2]q and %[1]s-tls-key-file %[3]q: %[4]w", prefix, t.CertFile, t.KeyFile, err)
		}
		cfg.Certificates = []tls.Certificate{own}
	}
	return cfg, nil
}

func authorities(prefix, file string) (*x509.CertPool, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read %s-tls-ca-file: %w", prefix, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("%s-tls-ca-file %q holds no certificate: it must be in PEM, and begin with -----BEGIN CERTIFICATE-----", prefix, file)
	}
	return pool, nil
}
