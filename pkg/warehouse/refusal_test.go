package warehouse

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// TestRefusal: only what is wrong with the rows lets rows become dead letters.
func TestRefusal(t *testing.T) {
	f := func(code int32, rowsRefused, overloaded bool) {
		t.Helper()
		err := fmt.Errorf("send: %w", refused(&clickhouse.Exception{Code: code, Message: "no"}))
		var r *Refusal
		if !errors.As(err, &r) {
			t.Fatalf("%v is no refusal", err)
		}
		if r.RowsRefused() != rowsRefused || r.Overloaded() != overloaded {
			t.Errorf("code %d: the rows are refused: %t, overloaded: %t; want %t, %t", code, r.RowsRefused(), r.Overloaded(), rowsRefused, overloaded)
		}
	}
	f(69, true, false)   // argument out of bounds
	f(321, true, false)  // value is out of range
	f(252, false, true)  // too many parts
	f(241, false, false) // memory limit
	f(60, false, false)  // unknown table
	f(243, false, false) // not enough space
	f(516, false, false) // authentication failed
	if err := errors.New("broken pipe"); refused(err) != err {
		t.Error("an error of the network is a refusal")
	}
}
