package collector

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Limits of a request's body; that of a batch is for the decoded one.
const (
	maxBody  = 64 << 10
	maxBatch = 16 << 20
)

// Content types; parameters such as a charset are tolerated, the body is UTF-8 all the same.
var (
	// What curl says of its -d by default is taken too: the smallest event is one line to type.
	eventTypes = []string{"application/json", "text/plain", "application/x-www-form-urlencoded"}
	batchTypes = []string{"application/x-ndjson", "application/json", "text/plain"}
)

// beaconType is what browsers say of a text that a script sends.
const beaconType = "text/plain;charset=UTF-8"

func checkContentType(r *http.Request, allowed []string) *problem {
	given := r.Header.Get("Content-Type")
	if slices.Contains(allowed, given) || given == beaconType && slices.Contains(allowed, "text/plain") {
		return nil
	}
	if t, _, err := mime.ParseMediaType(given); err == nil && slices.Contains(allowed, t) {
		return nil
	}
	return mediaType("Content-Type", clean(given, 128), "must be "+strings.Join(allowed, " or "))
}

// readPlain reads a body that is not compressed into buf.
func readPlain(w http.ResponseWriter, r *http.Request, buf *bytes.Buffer) *problem {
	if p := checkContentType(r, eventTypes); p != nil {
		return p
	}
	if e := r.Header.Get("Content-Encoding"); e != "" {
		return mediaType("Content-Encoding", clean(e, 128), "is not taken here: send the body as it is")
	}
	if r.ContentLength > maxBody {
		return bodyTooLarge(maxBody, r.ContentLength)
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	return readProblem(err, maxBody)
}

// readBatch reads a body that may be compressed by gzip, up to maxBatch decoded bytes.
func readBatch(w http.ResponseWriter, r *http.Request, buf *bytes.Buffer) *problem {
	if p := checkContentType(r, batchTypes); p != nil {
		return p
	}
	encoding := strings.ToLower(r.Header.Get("Content-Encoding"))
	if encoding != "" && encoding != "gzip" {
		p := mediaType("Content-Encoding", clean(encoding, 128), "must be gzip or absent")
		p.header = [2]string{"Accept-Encoding", "gzip"}
		return p
	}
	if r.ContentLength > maxBatch {
		return bodyTooLarge(maxBatch, r.ContentLength)
	}
	body := io.Reader(http.MaxBytesReader(w, r.Body, maxBatch))
	if encoding == "gzip" {
		gz, err := gzip.NewReader(body)
		if err != nil {
			return readProblem(err, maxBatch)
		}
		body = io.LimitReader(gz, maxBatch+1)
	}
	if _, err := buf.ReadFrom(body); err != nil {
		return readProblem(err, maxBatch)
	}
	if buf.Len() > maxBatch {
		return bodyTooLarge(maxBatch, -1)
	}
	return nil
}

// readProblem says why a body could not be read to its end; nil for no error.
func readProblem(err error, limit int64) *problem {
	var large *http.MaxBytesError
	var corrupt flate.CorruptInputError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return bodyTooLarge(limit, -1)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return newProblem(http.StatusRequestTimeout, "too_slow", "body", "", "did not arrive in time")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return badBody("", "is not what Content-Encoding: gzip says")
	}
	return badBody("", "ends before it is complete")
}

func bodyTooLarge(limit, size int64) *problem {
	value := ""
	if size >= 0 {
		value = strconv.FormatInt(size, 10) + " bytes"
	}
	return tooLarge("body", value, "must have at most "+strconv.FormatInt(limit, 10)+" bytes: send it in parts")
}
