// Package credentials is how Footfall proves itself to Kafka and to ClickHouse, and makes them prove
// themselves: TLS, client certificates, and passwords from files.
//
// Files are read again for every new connection, so that a rotated certificate or password is used
// without a restart. An error says which setting to change and never holds a secret. There is no
// setting that skips the check of the server's certificate: an own authority goes into tls-ca-file, a
// certificate with another name into tls-server-name, and both keep the connection safe.
package credentials

import (
	"fmt"
	"os"
	"strings"
)

// Password returns the content of the file, without space around it, or the value when no file is
// named. The setting is named in errors, such as clickhouse-password.
func Password(setting, value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read %s-file: %w", setting, err)
	}
	password := strings.TrimSpace(string(content))
	if password == "" {
		return "", fmt.Errorf("%s-file %q is empty: it must hold the password", setting, file)
	}
	return password, nil
}

// CheckPassword refuses a password that is given twice, and a file without one.
func CheckPassword(setting, value, file string) error {
	if value != "" && file != "" {
		return fmt.Errorf("%[1]s and %[1]s-file %[2]q are both set: keep the file and clear the other", setting, file)
	}
	_, err := Password(setting, value, file)
	return err
}
