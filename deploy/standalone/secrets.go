package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// Names of the secrets in the data folder.
const (
	tokenFile      = "server.token"
	analystFile    = "analyst.password"
	addressKeyFile = "address.key"
)

// secret reads a secret of the data folder, and makes it at the first start: 128 random bits or
// more, as text, readable by the owner only.
func secret(dir, name string) (value, path string, err error) {
	path = filepath.Join(dir, name)
	content, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(content)), path, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", "", fmt.Errorf("read secret: %w", err)
	}
	value = rand.Text()
	if err := renameio.WriteFile(path, []byte(value+"\n"), 0o600); err != nil {
		return "", "", fmt.Errorf("make secret: %w", err)
	}
	return value, path, nil
}
