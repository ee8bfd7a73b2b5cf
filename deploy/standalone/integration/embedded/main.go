package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
)

// Main runs the tests of a package on one database that they share, and ends the process.
func Main(m *testing.M, use func(*Database), users ...chserver.User) {
	code, err := run(m, use, users)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M, use func(*Database), users []chserver.User) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	db, err := Start(ctx, users...)
	defer func() { err = errors.Join(err, db.Stop(context.WithoutCancel(ctx))) }()
	if err != nil {
		return 0, err
	}
	use(db)
	return m.Run(), nil
}
