package warehouse

import (
	"errors"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Refusal is the error of an insert that ClickHouse answered with an exception.
type Refusal struct{ exception *clickhouse.Exception }

// codeTooManyParts is ClickHouse's TOO_MANY_PARTS: merges do not keep up with the inserts.
const codeTooManyParts = 252

// Codes of ClickHouse that tell of the moment or of the place, and never of the rows.
var (
	// What passes: unexpected end of file, unknown packet, timeout, read-only, too many simultaneous queries,
	// socket timeout, network error, memory limit, table is read-only, too many parts, unknown status of an
	// insert, too few live replicas, all connection tries failed, keeper exception.
	passingCodes = []int32{3, 107, 159, 164, 202, 203, 209, 210, 241, 242, codeTooManyParts, 285, 319, 425, 999}
	// What people have to mend: no such column, unknown identifier, unknown function, syntax error, unknown table,
	// unknown database, unknown setting, unknown user, wrong password, required password, not enough space,
	// aborted, query was cancelled, access denied, authentication failed, unfinished startup.
	mendedCodes = []int32{16, 46, 47, 60, 62, 81, 115, 192, 193, 194, 236, 243, 394, 497, 516, 598}
)

func refused(err error) error {
	var e *clickhouse.Exception
	if !errors.As(err, &e) {
		return err
	}
	return &Refusal{e}
}

func (r *Refusal) Error() string { return r.exception.Error() }

func (r *Refusal) Unwrap() error { return r.exception }

// RowsRefused says that other rows might be taken: neither waiting nor mending the database would help.
func (r *Refusal) RowsRefused() bool {
	return !slices.Contains(passingCodes, r.exception.Code) && !slices.Contains(mendedCodes, r.exception.Code)
}

// Overloaded says that ClickHouse wants fewer inserts.
func (r *Refusal) Overloaded() bool { return r.exception.Code == codeTooManyParts }
