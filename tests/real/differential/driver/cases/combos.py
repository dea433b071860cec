"""Random crossings of everything above, always the same ones: a carrier, a spelling, a charset, a coding, a framing."""

import gzip
import os
import random
import zlib

import frames
from case import FORM, Case, chunked, fields2, head, quoted, wide
from cases import http2, multiparts
from cases.urlencoded import SPELLINGS, foreign

# Others are tried by hand: SEED=7 HOW_MANY=900 tests/real/differential/run --only crossings
SEED = int(os.environ.get("SEED", 20261122))
HOW_MANY = int(os.environ.get("HOW_MANY", 90))

SPELLED = {
    "": lambda n: n.decode(),
    "full width": wide,
    **{name: SPELLINGS[name] for name in ("entities", "tags inside", "soft hyphens", "without its dash", "mathematical", "spaces")},
    "JSON escapes": lambda n: "".join(f"\\u{byte:04x}" for byte in n),
    "escapes": lambda n: quoted(n).decode(),
}
CODECS = ["utf-8"] * 6 + ["cp949", "cp949", "shift_jis", "gb18030", "big5", "euc-jp", "cp037", "cp933", "utf-16-le", "utf-16-be",
     "utf-7"]
# What stands before it: beyond what is looked at to tell a charset or a kind, and what another format begins with.
BEFORE = {
    **{name: b"" for name in ("", " ", "  ", "   ", "    ")},
    "behind 600 letters": b"x" * 600 + b" ",
    "behind 70 KB of letters": b"x" * 70_000 + b" ",
    "behind 70 KB of Korean": "가람 ".encode() * 10_000,
    "behind 70 KB of EUC-KR": "가람 ".encode("cp949") * 14_000,
    "behind a mark": b"\xef\xbb\xbf",
    "behind the mark of UTF-16": b"\xff\xfe",
    "behind a picture's start": b"\x89PNG\r\n\x1a\n",
    "behind a tag": b"<p title='",
    "behind a comment": b"<!-- x ",
    "behind a brace": b"{ ",
    "behind a quote": b"\" ",
    "behind a NUL": b"\0",
}
LABELS = [b"", b"", b"; charset=UTF-8", b"; charset=EUC-KR", b"; charset=IBM037", b"; charset=UTF-16LE", b"; charset=UTF-7",
          b"; charset=Shift_JIS", b'; charset="x-IBM933"', b"; charset=utf-8; charset=IBM037", b"; x=y"]
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


def encoded(text, codec):
    """In this charset, or, where it lacks a character, in UTF-8; Korean EBCDIC has no codec here."""
    if codec == "cp933":
        return foreign(text.encode(), "x-IBM933") if set(text) <= set("0123456789-") else text.encode()
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return text.encode()


def combined(chance):
    """One crossing."""
    spelling, codec, before = chance.choice(list(SPELLED)), chance.choice(CODECS), chance.choice(list(BEFORE))
    carrier, label, framing = chance.choice(list(CARRIERS)), chance.choice(LABELS), chance.choice(FRAMINGS)
    coding = chance.choice([""] * 5 + list(CODINGS))
    if len(BEFORE[before]) > 10_000:
        # Beyond the window that an HTTP/2 client has at first.
        framing = "length"
    kind, wrap = CARRIERS[carrier]
    codings, pack = CODINGS[coding]
    parts_of_name = (carrier, spelling, codec, before.strip(), label.decode().strip("; "), coding, framing)
    name = ", ".join(part for part in parts_of_name if part)
    fields = [(b"Content-Type", kind + label), *[(b"Content-Encoding", one) for one in codings]]

    def body(s):
        return pack(wrap(BEFORE[before] + encoded(SPELLED[spelling](s.number), codec)))

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
