#!/usr/bin/env python3
"""Counts page views and skips in a combined-format log, as definitions and the order of the reasons say.

Independent of the Go code: regular expressions and Python's own date and address parsing. Reads the log
(plain or gzip) named on the command line, prints JSON: {"lines": n, "views": n, "skipped": {reason: n}}.
"""
import collections
import datetime
import gzip
import ipaddress
import json
import re
import sys

STATIC = set("""css js mjs map json xml rss atom txt png jpg jpeg gif svg ico webp avif bmp woff woff2 ttf otf eot mp3 mp4 m4a ogg
webm avi mov pdf zip gz tgz bz2 xz rar 7z iso dmg exe msi apk deb rpm jar wasm webmanifest""".split())
LINE = re.compile(rb'(\S+) \S+ .*?\[([^\[\]]*)\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?')
ESCAPE = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|(["\\nrtbfv]))')
METHOD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def unescape(text):
    plain = dict(zip(b'"\\nrtbfv', b'"\\\n\r\t\b\f\v'))
    return ESCAPE.sub(lambda m: bytes([int(m[1], 16) if m[1] else plain[m[2][0]]]), text)


def escaped(target):
    out = []
    for c in target.decode("utf-8", "surrogateescape"):
        code = ord(c)
        if 0xDC80 <= code <= 0xDCFF:
            out.append("%%%02X" % (code - 0xDC00))
        elif c == " " or code < 0x20 or 0x7F <= code < 0xA0:
            out.extend("%%%02X" % b for b in c.encode())
        else:
            out.append(c)
    return "".join(out)


def judge(line):
    if not line.strip():
        return "empty"
    m = LINE.match(line)
    if not m:
        return "malformed"
    address, stamp, request, status = m[1], m[2], unescape(m[3]), int(m[4])
    try:
        ipaddress.ip_address(address.decode())
    except ValueError:
        return "address"
    try:
        datetime.datetime.strptime(stamp.decode(), "%d/%b/%Y:%H:%M:%S %z")
    except ValueError:
        return "time"
    if request in (b"", b"-"):
        return "no_request"
    method, _, rest = request.partition(b" ")
    target, blank, protocol = rest.rpartition(b" ")
    if not blank:
        target = rest
    if not METHOD.fullmatch(method) or not target or blank and not protocol.startswith(b"HTTP/"):
        return "bad_request"
    if method != b"GET":
        return "method"
    if not (200 <= status <= 299 or status == 304):
        return "status"
    if target.startswith(b"/"):
        path = target
    else:
        absolute = re.match(rb"https?://[^/?#]+", target, re.I)
        if not absolute:
            return "target"
        path = target[absolute.end():]
    segment = re.split(rb"[?#]", path)[0].rpartition(b"/")[2]
    if b"." in segment and segment.rpartition(b".")[2].lower().decode("latin-1") in STATIC:
        return "static"
    if len(escaped(target).encode()) > 2048:
        return "url_too_long"
    return ""


def main():
    data = open(sys.argv[1], "rb").read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    reasons = collections.Counter(judge(line.removesuffix(b"\r")) for line in lines)
    views = reasons.pop("", 0)
    print(json.dumps({"lines": len(lines), "views": views, "skipped": reasons}))


main()
