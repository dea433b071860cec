"""HTTP/2 requests that a careless proxy would turn into other HTTP/1 requests. Sites here speak HTTP/1: straight they get
what such a proxy would write."""

import frames
from case import FORM, Case, chunked, field, fields2, quoted, smuggled, wide

TYPE = (b"content-type", FORM)


def naive(fields, body=b"", trailers=()):
    """HTTP/1 by copying: pseudo fields into the request line, everything else as it is."""
    named = {}
    for name, value in fields:
        named.setdefault(name, value)
    method, path = named.get(b":method", b"GET"), named.get(b":path", b"/")
    lines = [method + b" " + path + b" HTTP/1.1"]
    if b":authority" in named:
        lines.append(b"Host: " + named[b":authority"])
    names = {name.lower() for name, _ in fields}
    if body and not names & {b"content-length", b"transfer-encoding"}:
        lines.append(b"Content-Length: %d" % len(body))
    lines += [name + b": " + value for name, value in fields if not name.startswith(b":")]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body + b"".join(name + b": " + value + b"\r\n" for name, value in trailers)


def asked(group, name, fields, body=lambda s: b"", trailers=None, plain=False, **how):
    """An HTTP/2 request; `fields` gives its fields, `body` its content."""
    def frames2(s):
        return frames.request(fields(s), body(s), trailers and trailers(s), **how)

    def straight(s):
        return [naive(fields(s), body(s), trailers(s) if trailers else ())]

    return Case(group, name, frames2, h2=True, downgraded=straight, plain=plain)


def post(group, name, more=lambda s: [], body=lambda s: field(s.number), **how):
    """A posted form with more fields."""
    return asked(group, name, lambda s: fields2(s, more=[TYPE, *more(s)]), body, **how)


def get(group, name, fields, **how):
    return asked(group, name, fields, **how)


def cut(s, before=b"x"):
    """A value that would end its line and begin another request."""
    return before + b"\r\n\r\n" + smuggled(s)


H2 = "HTTP/2"
PLAIN = [
    post("plain", "HTTP/2, POST of a form", plain=True),
    post("plain", "HTTP/2, with its length", lambda s: [(b"content-length", b"%d" % len(field(s.number)))], plain=True),
    get("plain", "HTTP/2, GET with a query", lambda s: fields2(s, b"GET", s.path() + b"?memo=" + s.number), plain=True),
    post("plain", "HTTP/2, head in two frames", split=True, plain=True),
]
LENGTHS = [
    post("H2.CL", "too short", lambda s: [(b"content-length", b"4")]),
    post("H2.CL", "nought", lambda s: [(b"content-length", b"0")], smuggled),
    post("H2.CL", "too long", lambda s: [(b"content-length", b"400")]),
    post("H2.CL", "twice, same", lambda s: [(b"content-length", b"%d" % len(field(s.number)))] * 2),
    post("H2.CL", "twice, unlike", lambda s: [(b"content-length", b"0"), (b"content-length", b"%d" % len(field(s.number)))]),
    post("H2.CL", "no number", lambda s: [(b"content-length", b"zz")]),
    post("H2.CL", "plus", lambda s: [(b"content-length", b"+%d" % len(field(s.number)))]),
    post("H2.CL", "with a line end", lambda s: [(b"content-length", b"3\r\nX: y")]),
    post("H2.CL", "behind an underscore", lambda s: [(b"content_length", b"0")], smuggled),
    get("H2.CL", "on a GET without a body", lambda s: fields2(s, b"GET", more=[(b"content-length", b"400")])),
    post("H2.TE", "chunked", lambda s: [(b"transfer-encoding", b"chunked")], lambda s: b"0\r\n\r\n" + smuggled(s)),
    post("H2.TE", "capitals", lambda s: [(b"Transfer-Encoding", b"chunked")], lambda s: b"0\r\n\r\n" + smuggled(s)),
    post("H2.TE", "in a value's second line", lambda s: [(b"x", b"y\r\nTransfer-Encoding: chunked")],
         lambda s: b"0\r\n\r\n" + smuggled(s)),
    post("H2.TE", "in a name", lambda s: [(b"transfer-encoding: chunked\r\nx", b"y")], lambda s: b"0\r\n\r\n" + smuggled(s)),
    post("H2.TE", "space in the name", lambda s: [(b"transfer-encoding ", b"chunked")], lambda s: b"0\r\n\r\n" + smuggled(s)),
    post("H2.TE", "the number in chunks", lambda s: [(b"transfer-encoding", b"chunked")], lambda s: chunked(field(s.number), 7)),
    post("H2.TE", "te", lambda s: [(b"te", b"trailers, chunked")]),
    post("H2.TE", "te: trailers", lambda s: [(b"te", b"trailers")]),
]
SPLITS = [
    get("H2 splitting", "in a value", lambda s: fields2(s, b"GET", more=[(b"x", cut(s))])),
    get("H2 splitting", "in a value by LF", lambda s: fields2(s, b"GET", more=[(b"x", cut(s).replace(b"\r\n", b"\n"))])),
    get("H2 splitting", "in a value by CR", lambda s: fields2(s, b"GET", more=[(b"x", cut(s).replace(b"\r\n", b"\r"))])),
    get("H2 splitting", "in a name", lambda s: fields2(s, b"GET", more=[(cut(s), b"y")])),
    get("H2 splitting", "in :path", lambda s: fields2(s, b"GET",
         s.path() + b" HTTP/1.1\r\nHost: x\r\n\r\nGET " + s.path("zz") + b"?m=" + s.number)),
    get("H2 splitting", "space in :path", lambda s: fields2(s, b"GET", s.path() + b" HTTP/1.1 " + s.number)),
    get("H2 splitting", "in :method", lambda s: fields2(s,
         b"GET " + s.path("zz") + b"?m=" + s.number + b" HTTP/1.1\r\nHost: x\r\n\r\nGET")),
    get("H2 splitting", "space in :method", lambda s: fields2(s, b"GET " + s.path("zz") + b"?m=" + s.number)),
    get("H2 splitting", "in :authority", lambda s: [(b":method", b"GET"), (b":scheme", b"https"),
         (b":authority", s.host + cut(s)), (b":path", s.path())]),
    get("H2 splitting", "in :scheme", lambda s: fields2(s, b"GET", scheme=b"https://x" + cut(s))),
    get("H2 splitting", "NUL in a value", lambda s: fields2(s, b"GET", more=[(b"x", b"a\0b")])),
    get("H2 splitting", "colon in a name", lambda s: fields2(s, b"GET", more=[(b"x: " + s.number + b"\r\ny", b"z")])),
    get("H2 splitting", "empty name", lambda s: fields2(s, b"GET", more=[(b"", s.number)])),
    get("H2 splitting", "spaces around a value", lambda s: fields2(s, b"GET", more=[(b"x", b"  " + s.number + b" \t")])),
]


def without(s, name):
    return [one for one in fields2(s, b"GET", s.path() + b"?memo=" + s.number) if one[0] != name]


PSEUDO = [
    *[get("pseudo fields", f"no {name.decode()}", lambda s, name=name: without(s, name)) for name in (b":method", b":scheme",
         b":path", b":authority")],
    get("pseudo fields", "no :authority, Host instead", lambda s: [*without(s, b":authority"), (b"host", s.host)]),
    get("pseudo fields", "Host unlike :authority",
         lambda s: fields2(s, b"GET", s.path() + b"?m=" + s.number, [(b"host", b"other.test")])),
    get("pseudo fields", "Host twice", lambda s: fields2(s, b"GET", s.path() + b"?m=" + s.number,
         [(b"host", s.host), (b"host", b"other.test")])),
    get("pseudo fields", ":path twice", lambda s: [*fields2(s, b"GET"), (b":path", s.path("zz") + b"?m=" + s.number)]),
    get("pseudo fields", ":method twice", lambda s: [*fields2(s, b"GET", s.path() + b"?m=" + s.number), (b":method", b"POST")]),
    get("pseudo fields", "behind others", lambda s: [(b"x", b"y"), *fields2(s, b"GET", s.path() + b"?m=" + s.number)]),
    get("pseudo fields", "unknown", lambda s: [*fields2(s, b"GET", s.path() + b"?m=" + s.number), (b":memo", s.number)]),
    get("pseudo fields", ":protocol", lambda s: [*fields2(s, b"CONNECT"), (b":protocol", b"websocket")]),
    get("pseudo fields", "CONNECT", lambda s: [(b":method", b"CONNECT"), (b":authority", s.host)]),
    get("pseudo fields", "empty :path", lambda s: fields2(s, b"GET", b" ")[:-1] + [(b":path", b"")]),
    get("pseudo fields", "absolute :path", lambda s: fields2(s, b"GET", b"http://other.test" + s.path() + b"?m=" + s.number)),
    get("pseudo fields", ":path without a slash", lambda s: fields2(s, b"GET", s.path()[1:] + b"?m=" + s.number)),
    get("pseudo fields", "fragment in :path", lambda s: fields2(s, b"GET", s.path() + b"#" + s.number)),
    get("pseudo fields", "raw bytes in :path", lambda s: fields2(s, b"GET", s.path() + b"?m=" + wide(s.number).encode("cp949"))),
    get("pseudo fields", "escapes in :path", lambda s: fields2(s, b"GET", s.path() + b"?m=" + quoted(s.number))),
    get("pseudo fields", "user in :authority", lambda s: [(b":method", b"GET"), (b":scheme", b"https"),
        (b":authority", s.number + b"@" + s.host), (b":path", s.path())]),
    get("pseudo fields", ":scheme http", lambda s: fields2(s, b"GET", s.path() + b"?m=" + s.number, scheme=b"http")),
    get("pseudo fields", "a method of its own", lambda s: fields2(s, b"M-" + s.number)),
]
REST = [
    get("H2 fields", "connection", lambda s: fields2(s, b"GET", s.path() + b"?m=" + s.number, [(b"connection", b"close")])),
    get("H2 fields", "upgrade", lambda s: fields2(s, b"GET", s.path() + b"?m=" + s.number, [(b"upgrade", b"websocket")])),
    get("H2 fields", "capitals", lambda s: fields2(s, b"GET", more=[(b"X-Memo", s.number)])),
    get("number in a head field", "HTTP/2, a field of its own", lambda s: fields2(s, b"GET", more=[(b"x-memo", s.number)])),
    get("number in a head field", "HTTP/2, cookie", lambda s: fields2(s, b"GET", more=[(b"cookie", b"memo=" + s.number)])),
    get("number in a head field", "HTTP/2, cookie over two fields", lambda s: fields2(s, b"GET", more=[
        (b"cookie", b"memo=" + s.number[:7]), (b"cookie", s.number[7:])])),
    post("H2 fields", "trailers with the number", body=lambda s: b"a=b", trailers=lambda s: [(b"x-memo", s.number)]),
    post("H2 fields", "trailers with pseudo fields", trailers=lambda s: [(b":path", s.path("zz"))]),
    post("H2 fields", "trailers with a type", trailers=lambda s: [(b"content-type", b"text/plain")]),
    asked("H2 fields", "two types", lambda s: fields2(s, more=[(b"content-type", b"text/plain"), TYPE]),
         lambda s: field(quoted(s.number))),
    asked("H2 fields", "a GET with a body", lambda s: fields2(s, b"GET", more=[TYPE]), lambda s: field(s.number)),
    post("H2 fields", "expect", lambda s: [(b"expect", b"100-continue")]),
    Case("H2 frames", "padded data", lambda s: frames.frame(frames.HEADERS, frames.END_HEADERS, 1,
         frames.block(fields2(s, more=[TYPE])))
         + frames.frame(frames.DATA, frames.END_STREAM | 8, 1, bytes([14]) + b"a=b" + s.number), h2=True, downgraded=lambda s: []),
    Case("H2 frames", "data without a head", lambda s: frames.frame(frames.DATA, frames.END_STREAM, 1, field(s.number)), h2=True,
         downgraded=lambda s: []),
    Case("H2 frames", "two streams, the number on the second", lambda s: frames.request(fields2(s, more=[TYPE]), b"a=b")
         + frames.request(fields2(s, path=s.path("zz"), more=[TYPE]), field(s.number), stream=3), h2=True,
              downgraded=lambda s: [smuggled(s)]),
    Case("H2 frames", "HTTP/1 inside", lambda s: smuggled(s), h2=True, downgraded=lambda s: [smuggled(s)]),
]

CASES = [*PLAIN, *LENGTHS, *SPLITS, *PSEUDO, *REST]
