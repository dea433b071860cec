"""Downloads of which parts are asked for, or copies are called good: the number of a file must not come out in pieces."""

from case import Case, get, head

# Where in the file the number stands; see sending.lay_out_files.
START = 200


def part(name, more, **flags):
    """A GET of the file with these lines."""
    return Case("ranges", name, lambda s: [get(s, static(s), more(s))], download=True, **flags)


def static(s):
    return b"/static/" + s.tag.encode() + b".txt"


def asked(name, text):
    return part(name, lambda s: [b"Range: " + text])


CASES = [
    part("the whole file", lambda s: []),
    asked("from inside the number", b"bytes=%d-" % (START + 7)),
    asked("the end of the number", b"bytes=%d-%d" % (START + 7, START + 14)),
    asked("the last bytes", b"bytes=-107"),
    asked("two ranges that meet in it", b"bytes=0-%d,%d-300" % (START + 6, START + 7)),
    asked("ranges that overlap", b"bytes=%d-%d,%d-%d" % (START, START + 9, START + 5, START + 14)),
    asked("out of order", b"bytes=%d-%d,%d-%d" % (START + 7, START + 14, START, START + 7)),
    asked("four bytes each", b"bytes=" + b",".join(b"%d-%d" % (at, at + 3) for at in range(START, START + 14))),
    asked("spaces", b" bytes = %d-" % (START + 7)),
    asked("capitals", b"BYTES=%d-" % (START + 7)),
    asked("another unit", b"items=0-5"),
    asked("leading zeros", b"bytes=000%d-" % (START + 7)),
    part("twice", lambda s: [b"Range: bytes=0-9", b"Range: bytes=%d-" % (START + 7)]),
    part("Request-Range", lambda s: [b"Request-Range: bytes=%d-" % (START + 7), b"User-Agent: MSIE 3"]),
    part("If-Range with a date", lambda s: [b"If-Range: Wed, 21 Oct 2037 07:28:00 GMT", b"Range: bytes=%d-" % (START + 7)]),
    part("If-Range with a tag", lambda s: [b'If-Range: "x"', b"Range: bytes=%d-" % (START + 7)]),
    part("X-Range", lambda s: [b"X-Range: bytes=%d-" % (START + 7), b"Content-Range: bytes %d-" % (START + 7)]),
    part("no identity", lambda s: [b"Accept-Encoding: br, identity;q=0", b"Range: bytes=%d-" % (START + 7)]),
    part("named in Connection", lambda s: [b"Connection: Range", b"Range: bytes=%d-" % (START + 7)]),
    part("folded", lambda s: [b"Range:\r\n bytes=%d-" % (START + 7)]),
    Case("ranges", "HTTP/1.0", lambda s: [head(s, b"GET", static(s), [b"Range: bytes=%d-" % (START + 7)],
         version=b"HTTP/1.0") + b"\r\n"], download=True),
    Case("ranges", "POST", lambda s: [head(s, b"POST", static(s),
         [b"Range: bytes=%d-" % (START + 7), b"Content-Length: 0"]) + b"\r\n"], download=True),
    Case("ranges", "pipelined halves", lambda s: [get(s, static(s), [b"Range: bytes=0-%d" % (START + 6)]) + get(s, static(s),
         [b"Range: bytes=%d-" % (START + 7)])], download=True),
]
