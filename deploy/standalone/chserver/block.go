package chserver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	chproto "github.com/ClickHouse/ch-go/proto"
	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// The engine reads and writes Native at revision 0: no block info and no mark of a custom
// serialisation before each column. Clients of the native protocol, and of Native over HTTP, want
// both, so every block is decoded and encoded again.

// column is a name with a type.
type column struct{ Name, Type string }

// encodeHeader writes a block without rows. Columns without rows have no state prefix, which is why
// clickhouse-go's own encoder cannot be used here.
func encodeHeader(b *chproto.Buffer, columns []column, revision int) {
	encodeShape(b, len(columns), 0, revision)
	for _, c := range columns {
		encodeColumnHead(b, c, revision)
	}
}

// encodeBlock writes a block under the given names and types.
func encodeBlock(b *chproto.Buffer, block *proto.Block, columns []column, revision int) error {
	encodeShape(b, len(block.Columns), block.Rows(), revision)
	for i, c := range block.Columns {
		encodeColumnHead(b, columns[i], revision)
		if state, ok := c.(chcolumn.CustomSerialization); ok {
			if err := state.WriteStatePrefix(b); err != nil {
				return fmt.Errorf("encode column %q: %w", c.Name(), err)
			}
		}
		c.Encode(b)
	}
	return nil
}

func encodeShape(b *chproto.Buffer, columns, rows, revision int) {
	if revision > 0 {
		b.PutUVarInt(1)
		b.PutBool(false) // not overflows
		b.PutUVarInt(2)
		b.PutInt32(-1) // bucket
		b.PutUVarInt(0)
	}
	b.PutUVarInt(uint64(columns))
	b.PutUVarInt(uint64(rows))
}

func encodeColumnHead(b *chproto.Buffer, c column, revision int) {
	b.PutString(c.Name)
	b.PutString(c.Type)
	if chproto.FeatureCustomSerialization.In(revision) {
		b.PutBool(false)
	}
}

// eachBlock decodes the blocks of an engine's Native output.
func eachBlock(data []byte, f func(*proto.Block) error) error {
	source := bufio.NewReader(bytes.NewReader(data))
	in := chproto.NewReader(source)
	for {
		block := proto.NewBlock()
		err := block.Decode(in, 0)
		if errors.Is(err, io.EOF) && len(block.Columns) == 0 {
			return nil
		}
		if err != nil {
			return exception(codeNotImplemented, "NOT_IMPLEMENTED", "Cannot pass on a result block: %v; ask for the column as a String", err)
		}
		if err := f(block); err != nil {
			return err
		}
	}
}

// encodeForEngine writes a client's block as the engine's Native.
func encodeForEngine(block *proto.Block) ([]byte, error) {
	var b chproto.Buffer
	if err := block.Encode(&b, 0); err != nil {
		return nil, fmt.Errorf("encode block for the engine: %w", err)
	}
	return b.Buf, nil
}
