"""Odd framings: two lengths, two codings, chunks that two readers end in different places, and what hides behind them."""

from case import FORM, Case, chunked, field, get, head, post, quoted, smuggled

TYPE = b"Content-Type: " + FORM


def framed(group, name, more, body, **flags):
    """A post with these framing lines and this body, byte for byte."""
    return Case(group, name, lambda s: [head(s, more=[TYPE, *more(s)]) + b"\r\n" + body(s)], **flags)


def chunks(name, body, **flags):
    return framed("chunks", name, lambda s: [b"Transfer-Encoding: chunked"], body, **flags)


def rest(s):
    """An empty chunked body, and a request behind it."""
    return b"0\r\n\r\n" + smuggled(s)


def shell(s):
    """A chunk that holds a request, for those who count four bytes only."""
    inner = smuggled(s)
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner)


def length(text):
    return lambda s: [b"Content-Length: " + text(len(field(s.number)))]


CODINGS = {
    "chunked in capitals": [b"Transfer-Encoding: CHUNKED"],
    "xchunked": [b"Transfer-Encoding: xchunked"],
    "identity": [b"Transfer-Encoding: identity"],
    "identity, chunked": [b"Transfer-Encoding: identity, chunked"],
    "chunked, identity": [b"Transfer-Encoding: chunked, identity"],
    "chunked, chunked": [b"Transfer-Encoding: chunked, chunked"],
    "gzip, chunked": [b"Transfer-Encoding: gzip, chunked"],
    "a comma first": [b"Transfer-Encoding: ,chunked"],
    "a parameter": [b"Transfer-Encoding: chunked;q=1"],
    "quoted": [b'Transfer-Encoding: "chunked"'],
    "tab before": [b"Transfer-Encoding:\tchunked"],
    "tab behind": [b"Transfer-Encoding: chunked\t"],
    "vertical tab": [b"Transfer-Encoding:\x0bchunked"],
    "NUL behind": [b"Transfer-Encoding: chunked\x00"],
    "non-breaking space": [b"Transfer-Encoding: \xa0chunked"],
    "space before the colon": [b"Transfer-Encoding : chunked"],
    "folded": [b"Transfer-Encoding:\r\n chunked"],
    "folded by LF": [b"Transfer-Encoding:\n chunked"],
    "behind a bare LF": [b"X: y\nTransfer-Encoding: chunked"],
    "behind a bare CR": [b"X: y\rTransfer-Encoding: chunked"],
    "twice, the second unknown": [b"Transfer-Encoding: chunked", b"Transfer-Encoding: x"],
    "twice, the first unknown": [b"Transfer-Encoding: x", b"Transfer-Encoding: chunked"],
    "twice, an empty one": [b"Transfer-Encoding: chunked", b"Transfer-Encoding:"],
    "underscore": [b"Transfer_Encoding: chunked"],
    "a space first": [b" Transfer-Encoding: chunked"],
    "long s": [b"Transfer-Encoding: chun\xe2\x84\xaaed"],
}

TWO_FRAMES = [
    framed("CL.TE", "plain", lambda s: [b"Content-Length: %d" % len(rest(s)), b"Transfer-Encoding: chunked"], rest),
    framed("CL.TE", "TE first", lambda s: [b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(rest(s))], rest),
    framed("CL.TE", "length is no number", lambda s: [b"Transfer-Encoding: chunked", b"Content-Length: zz"], rest),
    framed("CL.TE", "the number itself", lambda s: [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
           lambda s: chunked(field(s.number))),
    framed("TE.CL", "plain", lambda s: [b"Content-Length: 4", b"Transfer-Encoding: chunked"], shell),
    framed("TE.CL", "TE first", lambda s: [b"Transfer-Encoding: chunked", b"Content-Length: 4"], shell),
    *[framed("TE.TE", f"{name}, length too", lambda s, lines=lines: [b"Content-Length: %d" % len(rest(s)), *lines], rest)
      for name, lines in CODINGS.items()],
    *[framed("TE.TE", f"{name}, alone", lambda s, lines=lines: lines, lambda s: chunked(quoted(field(s.number))) )
      for name, lines in CODINGS.items()],
    Case("TE.TE", "HTTP/1.0 with chunks", lambda s: [head(s, more=[TYPE, b"Transfer-Encoding: chunked", b"Connection: keep-alive"],
         version=b"HTTP/1.0") + b"\r\n" + rest(s)]),
]

LENGTHS = [
    framed("Content-Length", name, length(text), lambda s: field(s.number)) for name, text in {
        "plus": lambda n: b"+%d" % n,
        "minus": lambda n: b"-%d" % n,
        "hexadecimal": lambda n: b"0x%x" % n,
        "leading zeros": lambda n: b"000%d" % n,
        "twice in one, same": lambda n: b"%d, %d" % (n, n),
        "twice in one, unlike": lambda n: b"%d, 0" % n,
        "twice, same": lambda n: b"%d\r\nContent-Length: %d" % (n, n),
        "twice, unlike": lambda n: b"%d\r\nContent-Length: 0" % n,
        "twice, the first is nought": lambda n: b"0\r\nContent-Length: %d" % n,
        "spaces": lambda n: b"  %d  " % n,
        "a space inside": lambda n: b"%d 0" % n,
        "tab behind": lambda n: b"%d\t" % n,
        "vertical tab behind": lambda n: b"%d\x0b" % n,
        "a letter behind": lambda n: b"%da" % n,
        "a point": lambda n: b"%d.0" % n,
        "exponent": lambda n: b"%de0" % n,
        "full width": lambda n: "".join(chr(0xFF10 + int(d)) for d in str(n)).encode(),
        "quoted": lambda n: b'"%d"' % n,
        "empty": lambda n: b"",
        "beyond 64 bits": lambda n: b"%d" % (2 ** 64 + n),
        "beyond 32 bits": lambda n: b"%d" % (2 ** 32 + n),
        "too short": lambda n: b"%d" % (n - 9),
        "too long": lambda n: b"%d" % (n + 9),
        "nought": lambda n: b"0",
    }.items()
]

BEHIND = [
    Case("CL.0", "GET with a request as body", lambda s: [post(s, smuggled(s), method=b"GET")]),
    Case("CL.0", "POST with a request as body", lambda s: [post(s, smuggled(s))]),
    Case("CL.0", "HEAD with a request as body", lambda s: [post(s, smuggled(s), method=b"HEAD")]),
    Case("CL.0", "to a file of the site", lambda s: [post(s, smuggled(s), target=b"/static/none.txt")]),
    Case("CL.0", "no length at all", lambda s: [head(s, more=[TYPE]) + b"\r\n" + smuggled(s)]),
    Case("CL.0", "no length, a form behind", lambda s: [head(s, more=[TYPE]) + b"\r\n" + field(s.number)]),
    Case("0.CL", "length with a vertical tab, request as body", lambda s: [
         head(s, more=[TYPE, b"Content-Length: \x0b%d" % len(smuggled(s))]) + b"\r\n" + smuggled(s)]),
    Case("0.CL", "length behind a space, request as body", lambda s: [
         head(s, more=[TYPE, b"X: y", b" Content-Length: %d" % len(smuggled(s))]) + b"\r\n" + smuggled(s)]),
    Case("pipelining", "two GETs", lambda s: [get(s) + smuggled(s)]),
    Case("pipelining", "a POST, then a GET", lambda s: [post(s, b"a=b") + smuggled(s)]),
    Case("pipelining", "a GET, then a POST", lambda s: [get(s) + post(s, field(s.number), target=s.path("zz"))]),
    Case("pipelining", "chunks, then a GET", lambda s: [
         head(s, more=[TYPE, b"Transfer-Encoding: chunked"]) + b"\r\n" + chunked(b"a=b") + smuggled(s)]),
    Case("pipelining", "Connection: close, then a GET", lambda s: [get(s, more=[b"Connection: close"]) + smuggled(s)]),
    Case("pipelining", "a number refused, then one in a GET", lambda s: [post(s, field(s.number)) + smuggled(s)]),
    Case("pipelining", "ten GETs", lambda s: [get(s) * 9 + smuggled(s)]),
    Case("pipelining", "half a second request, later its end", lambda s: [
         get(s) + smuggled(s)[:-40], 0.4, smuggled(s)[-40:]]),
    Case("pipelining", "pause inside the head", lambda s: [
         post(s, field(s.number))[:30], 0.3, post(s, field(s.number))[30:]]),
    Case("pipelining", "pause inside the number", lambda s: [
         post(s, field(s.number))[:-6], 0.3, post(s, field(s.number))[-6:]]),
]

CHUNKS = [
    chunks("plain", lambda s: chunked(field(s.number)), plain=True),
    chunks("one byte each", lambda s: chunked(field(s.number), 1), plain=True),
    chunks("extension", lambda s: chunked(field(s.number), 7, b";a=b")),
    chunks("extension with the number", lambda s: chunked(b"a=b", 7, b";x=" + s.number)),
    chunks("quoted extension", lambda s: chunked(field(s.number), 7, b';a="b;c"')),
    chunks("quoted line end in an extension", lambda s: chunked(b"a=b", 3, b';a="\r\n"')),
    chunks("LF in an extension", lambda s: b"3;x\na=b\r\n" + rest(s)),
    chunks("NUL in an extension", lambda s: chunked(field(s.number), 7, b";\x00")),
    chunks("CR in an extension", lambda s: b"3;x\ra=b\r\n" + rest(s)),
    chunks("300 KB of extensions", lambda s: chunked(field(s.number), 1, b";" + b"x" * 20000)),
    chunks("LF as line end", lambda s: chunked(field(s.number)).replace(b"\r\n", b"\n")),
    chunks("CR as line end", lambda s: chunked(field(s.number)).replace(b"\r\n", b"\r")),
    chunks("LF behind the data", lambda s: b"%x\r\n%s\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("nothing behind the data", lambda s: b"%x\r\n%s0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("two junk bytes behind the data", lambda s: b"%x\r\n%sXX0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("LF at the end", lambda s: b"3\r\na=b\r\n0\n\n" + smuggled(s)),
    chunks("leading zeros", lambda s: b"0000%x\r\n%s\r\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("0x", lambda s: b"0x%x\r\n%s\r\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("plus", lambda s: b"+%x\r\n%s\r\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("minus", lambda s: b"-1\r\n" + field(s.number) + b"\r\n0\r\n\r\n"),
    chunks("space before the size", lambda s: b" %x\r\n%s\r\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("space behind the size", lambda s: b"%x \r\n%s\r\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("underscore in the size", lambda s: b"1_0\r\n" + field(s.number) + b"\r\n0\r\n\r\n"),
    chunks("beyond 64 bits", lambda s: b"1%016x\r\n%s\r\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("beyond 32 bits", lambda s: b"1%08x\r\n%s\r\n0\r\n\r\n" % (len(field(s.number)), field(s.number))),
    chunks("no size", lambda s: b"\r\n" + field(s.number) + b"\r\n0\r\n\r\n"),
    chunks("nought twice", lambda s: b"00\r\n\r\n" + smuggled(s)),
    chunks("no last chunk", lambda s: b"%x\r\n%s\r\n" % (len(field(s.number)), field(s.number))),
    chunks("no empty line at the end", lambda s: b"%x\r\n%s\r\n0\r\n" % (len(field(s.number)), field(s.number))),
    chunks("data shorter than said", lambda s: b"%x\r\n%s\r\n0\r\n\r\n" % (len(field(s.number)) + 9, field(s.number))),
    chunks("data longer than said", lambda s: b"3\r\na=b&memo=" + s.number + b"\r\n0\r\n\r\n"),
]

TRAILERS = [
    framed("trailers", "the number", lambda s: [b"Transfer-Encoding: chunked", b"Trailer: X-Memo"],
           lambda s: chunked(b"a=b", end=b"0\r\nX-Memo: " + s.number + b"\r\n\r\n")),
    framed("trailers", "a length", lambda s: [b"Transfer-Encoding: chunked"],
           lambda s: chunked(b"a=b", end=b"0\r\nContent-Length: 400\r\n\r\n") + smuggled(s)),
    framed("trailers", "a type", lambda s: [b"Transfer-Encoding: chunked"],
           lambda s: chunked(field(s.number), end=b"0\r\nContent-Type: text/plain\r\n\r\n")),
    framed("trailers", "a bare LF", lambda s: [b"Transfer-Encoding: chunked"],
           lambda s: chunked(b"a=b", end=b"0\r\nX: y\n\n" + smuggled(s) + b"\r\n\r\n")),
    framed("trailers", "folded", lambda s: [b"Transfer-Encoding: chunked"],
           lambda s: chunked(b"a=b", end=b"0\r\nX: y\r\n " + s.number + b"\r\n\r\n")),
    framed("trailers", "no colon", lambda s: [b"Transfer-Encoding: chunked"],
           lambda s: chunked(b"a=b", end=b"0\r\n" + smuggled(s) + b"\r\n")),
]

CASES = [*TWO_FRAMES, *LENGTHS, *BEHIND, *CHUNKS, *TRAILERS]
