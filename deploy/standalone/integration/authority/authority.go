// Package authority signs certificates for tests of TLS.
package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Authority signs certificates and keeps everything as PEM files in one folder.
type Authority struct {
	// File holds the authority's own certificate.
	File string

	dir  string
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// Pair are the files of one certificate.
type Pair struct {
	Cert, Key string
	Both      string // the key and then the certificate, as Kafka wants them
}

// New makes an authority.
func New(dir string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of the authority: %w", err)
	}
	a := &Authority{dir: dir, key: key, File: filepath.Join(dir, "authority.pem")}
	template := certificate("Footfall test authority")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("sign the authority: %w", err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	return a, os.WriteFile(a.File, encode("CERTIFICATE", der), 0o600)
}

// Sign makes a certificate for a name and addresses, for servers and clients alike.
func (a *Authority) Sign(name string, addresses ...string) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, fmt.Errorf("make the key of %s: %w", name, err)
	}
	template := certificate(name)
	template.DNSNames = []string{name}
	for _, addr := range addresses {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(addr))
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return Pair{}, fmt.Errorf("sign %s: %w", name, err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, fmt.Errorf("encode the key of %s: %w", name, err)
	}
	return a.write(name, encode("CERTIFICATE", der), encode("PRIVATE KEY", private))
}

func (a *Authority) write(name string, cert, key []byte) (Pair, error) {
	file := func(ending string) string { return filepath.Join(a.dir, name+ending) }
	p := Pair{Cert: file(".crt"), Key: file(".key"), Both: file(".pem")}
	for path, content := range map[string][]byte{p.Cert: cert, p.Key: key, p.Both: append(key, cert...)} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return Pair{}, fmt.Errorf("write the certificate of %s: %w", name, err)
		}
	}
	return p, nil
}

func certificate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
