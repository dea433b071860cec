"""Random crossings of everything above, always the same ones: a carrier, a spelling, a charset, a coding, a framing."""

import gzip
import random
import zlib

import frames
from case import FORM, Case, chunked, fields2, head, quoted, wide
from cases import http2, multiparts
from cases.urlencoded import SPELLINGS, foreign

SEED = 20261122
HOW_MANY = 90

VALUES = {
    "as it is": lambda n: n,
    "full width": lambda n: wide(n).encode(),
    "full width EUC-KR": lambda n: wide(n).encode("cp949"),
    "IBM037": lambda n: foreign(n, "IBM037"),
    "UTF-16LE": lambda n: foreign(n, "UTF-16LE"),
    "UTF-7": lambda n: foreign(n, "UTF-7"),
    "x-IBM933": lambda n: foreign(n, "x-IBM933"),
    **{name: (lambda spell: lambda n: spell(n).encode())(SPELLINGS[name]) for name in (
        "entities", "tags inside", "soft hyphens", "without its dash", "mathematical")},
}
LABELS = [b"", b"", b"; charset=UTF-8", b"; charset=EUC-KR", b"; charset=IBM037", b"; charset=UTF-16LE", b"; charset=UTF-7",
          b'; charset="x-IBM933"', b"; charset=utf-8; charset=IBM037", b"; x=y"]
CARRIERS = {
    "form": (FORM, lambda v: b"memo=" + v),
    "form of escapes": (FORM, lambda v: b"memo=" + quoted(v)),
    "semicolons": (FORM, lambda v: b"a=b;memo=" + quoted(v)),
    "multipart field": (multiparts.PLAIN, lambda v: multiparts.parts(multiparts.part(v))),
    "multipart file": (multiparts.PLAIN, lambda v: multiparts.parts(multiparts.part(v, multiparts.FILE,
        [b"Content-Type: text/plain"]))),
    "multipart file's name": (multiparts.PLAIN,
        lambda v: multiparts.parts(multiparts.part(b"x", b'form-data; name="f"; filename="' + v.replace(b'"', b"") + b'"'))),
    "JSON": (b"application/json", lambda v: b'{"memo":"' + v + b'"}'),
    "XML": (b"text/xml", lambda v: b"<m>" + v + b"</m>"),
    "text": (b"text/plain", lambda v: v),
    "form called text": (b"text/plain", lambda v: b"memo=" + quoted(v)),
    "form called nothing": (b"", lambda v: b"memo=" + quoted(v)),
}
CODINGS = {
    "": ([], lambda b: b),
    "gzip": ([b"gzip"], lambda b: gzip.compress(b, mtime=0)),
    "deflate": ([b"deflate"], zlib.compress),
    "two members": ([b"gzip"], lambda b: gzip.compress(b[:9], mtime=0) + gzip.compress(b[9:], mtime=0)),
    "gzip, unsaid": ([], lambda b: gzip.compress(b, mtime=0)),
}
FRAMINGS = ["length", "length", "chunks", "small chunks", "extensions", "HTTP/2", "HTTP/2"]


def combined(chance):
    """One crossing."""
    value, carrier = chance.choice(list(VALUES)), chance.choice(list(CARRIERS))
    label, coding, framing = chance.choice(LABELS), chance.choice([""] * 5 + list(CODINGS)), chance.choice(FRAMINGS)
    kind, wrap = CARRIERS[carrier]
    codings, pack = CODINGS[coding]
    name = ", ".join(part for part in (carrier, value, label.decode().strip("; "), coding, framing) if part)
    fields = [(b"Content-Type", kind + label), *[(b"Content-Encoding", one) for one in codings]]

    def body(s):
        return pack(wrap(VALUES[value](s.number)))

    if framing == "HTTP/2":
        small = [(name.lower(), value) for name, value in fields]
        return Case("crossings", name, lambda s: frames.request(fields2(s, more=small), body(s)), h2=True,
                    downgraded=lambda s: [http2.naive(fields2(s, more=small), body(s))])
    return Case("crossings", name, lambda s: [framed(s, fields, body(s), framing)])


def framed(s, fields, body, framing):
    lines = [name + b": " + value for name, value in fields]
    if framing == "length":
        return head(s, more=[*lines, b"Content-Length: %d" % len(body)]) + b"\r\n" + body
    size = {"chunks": 1000, "small chunks": 3, "extensions": 5}[framing]
    extension = b";a=b" if framing == "extensions" else b""
    return head(s, more=[*lines, b"Transfer-Encoding: chunked"]) + b"\r\n" + chunked(body, size, extension)


def made():
    """All of them, each once."""
    chance, found = random.Random(SEED), {}
    while len(found) < HOW_MANY:
        case = combined(chance)
        found.setdefault(case.name, case)
    return list(found.values())


CASES = made()
