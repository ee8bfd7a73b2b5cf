package accesslog

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// The first bytes of a compressed log.
const (
	gzipMagic = "\x1f\x8b"
	zstdMagic = "\x28\xb5\x2f\xfd"
)

// zstdMemory bounds what one zstd frame may ask for; the command's own default is as much.
const zstdMemory = 128 << 20

// unpack decompresses what is compressed, told by its first bytes. Closing lets go of the
// decompressor, not of the stored bytes.
func unpack(stored *bufio.Reader) (unpacked io.ReadCloser, compressed bool, err error) {
	magic, _ := stored.Peek(len(zstdMagic))
	switch {
	case len(magic) >= len(gzipMagic) && string(magic[:len(gzipMagic)]) == gzipMagic:
		unpacked, err = gzip.NewReader(stored)
		return unpacked, true, err
	case string(magic) == zstdMagic:
		d, err := zstd.NewReader(stored, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(zstdMemory), zstd.WithDecoderMaxWindow(zstdMemory))
		if err != nil {
			return nil, true, err
		}
		return d.IOReadCloser(), true, nil
	}
	return io.NopCloser(stored), false, nil
}

// closers close one after the other.
type closers [2]io.Closer

func (c closers) Close() error { return errors.Join(c[0].Close(), c[1].Close()) }
