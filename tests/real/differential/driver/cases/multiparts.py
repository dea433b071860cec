"""Multipart forms: boundaries that two readers find in different places, part heads, names, nested parts, encodings."""

import base64
import gzip

from case import Case, chunked, head, post, quoted, wide
from cases.urlencoded import foreign

B = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
PLAIN = b"multipart/form-data; boundary=" + B
MEMO = b'form-data; name="memo"'
FILE = b'form-data; name="file"; filename="list.txt"'


def part(content, disposition=MEMO, more=(), end=b"\r\n"):
    """A part without its delimiters."""
    lines = [] if disposition is None else [b"Content-Disposition: " + disposition]
    return b"".join(line + end for line in [*lines, *more]) + end + content


def parts(*many, boundary=B, end=b"\r\n", last=b"--"):
    """A body."""
    return b"".join(b"--" + boundary + end + one + end for one in many) + b"--" + boundary + last + end


def form(group, name, body, kind=PLAIN, more=(), plain=False):
    """A posted form; `body` gives its bytes from the number."""
    return Case(group, name, lambda s: [post(s, body(s.number), kind, more)], plain=plain)


def said(name, kind, boundary=B, **more):
    """The plainest form under an odd type."""
    return form("boundary parameter", name, lambda n: parts(part(n), boundary=boundary), kind, **more)


OTHER = parts(part(b"x"), boundary=b"other")
BOUNDARIES = [
    form("multipart", "a field", lambda n: parts(part(n)), plain=True),
    form("multipart", "a text file", lambda n: parts(part(n, FILE, [b"Content-Type: text/plain"])), plain=True),
    form("multipart", "a field behind a file", lambda n: parts(part(b"", b'form-data; name="f"; filename=""',
         [b"Content-Type: application/octet-stream"]), part(n)), plain=True),
    said("quoted", b'multipart/form-data; boundary="' + B + b'"', plain=True),
    said("capitals", b"Multipart/Form-Data; Boundary=" + B),
    said("none", b"multipart/form-data"),
    said("empty", b"multipart/form-data; boundary=", b""),
    said("quoted and empty", b'multipart/form-data; boundary=""', b""),
    said("twice, the second is true", b"multipart/form-data; boundary=other; boundary=" + B),
    said("twice, the first is true", b"multipart/form-data; boundary=" + B + b"; boundary=other"),
    said("the end of another parameter", b"multipart/form-data; xboundary=" + B + b"; boundary=other"),
    said("in another parameter's value", b'multipart/form-data; x="boundary=' + B + b'"; boundary=other'),
    said("behind a comma", b"multipart/form-data, boundary=" + B),
    said("behind a space", b"multipart/form-data boundary=" + B),
    said("comma inside", b"multipart/form-data; boundary=" + B + b",x"),
    said("comma inside, all of it", b"multipart/form-data; boundary=a,b", b"a,b"),
    said("semicolon in quotes", b'multipart/form-data; boundary="a;b"', b"a;b"),
    said("semicolon in quotes, cut", b'multipart/form-data; boundary="a;b"', b'"a'),
    said("escaped in quotes", b'multipart/form-data; boundary="a\\b"', b"ab"),
    said("escape kept", b'multipart/form-data; boundary="a\\b"', b"a\\b"),
    said("one quote", b'multipart/form-data; boundary="' + B),
    said("junk behind the quotes", b'multipart/form-data; boundary="' + B + b'"x'),
    said("spaces around", b"multipart/form-data; boundary = " + B),
    said("extended", b"multipart/form-data; boundary*=utf-8''" + B),
    said("continued", b"multipart/form-data; boundary*0=" + B[:9] + b"; boundary*1=" + B[9:]),
    said("escapes", b"multipart/form-data; boundary=" + quoted(B)),
    said("80 characters", b"multipart/form-data; boundary=" + b"b" * 80, b"b" * 80),
    said("ends with a space", b'multipart/form-data; boundary="b "', b"b "),
    said("a tab", b"multipart/form-data;\tboundary=" + B),
    said("mixed", b"multipart/mixed; boundary=" + B),
    said("related", b"multipart/related; boundary=" + B),
    said("form-data of another family", b"application/form-data; boundary=" + B),
    said("urlencoded", b"application/x-www-form-urlencoded; boundary=" + B),
    said("on a second type", b"text/plain", more=[b"Content-Type: " + PLAIN]),
    said("on a first type", PLAIN, more=[b"Content-Type: text/plain"]),
    said("a second type with another", PLAIN, more=[b"Content-Type: multipart/form-data; boundary=other"]),
    form("boundary parameter", "two forms in one", lambda n: OTHER[:-9] + parts(part(n)),
         b"multipart/form-data; boundary=other; boundary=" + B),
]


def cut(name, body, **more):
    return form("delimiters", name, body, **more)


DELIMITERS = [
    cut("LF", lambda n: parts(part(n, end=b"\n"), end=b"\n")),
    cut("LF between, CRLF in heads", lambda n: parts(part(n), end=b"\n")),
    cut("CR", lambda n: parts(part(n, end=b"\r"), end=b"\r")),
    cut("LF inside a part", lambda n: parts(part(b"x\n--" + B + b"\r\nContent-Disposition: " + MEMO.replace(b"memo",
         b"two") + b"\r\n\r\n" + n))),
    cut("LF inside a file", lambda n: parts(part(b"x\n--" + B + b"\r\n" + part(quoted(n)), FILE, [b"Content-Type: image/png"]))),
    cut("LF inside a picture", lambda n: parts(part(b"\x89PNG\r\n\x1a\n\0\0\n--" + B + b"\r\n" + part(n), FILE,
         [b"Content-Type: image/png"]))),
    cut("in the middle of a line", lambda n: parts(part(b"x--" + B + b"\r\n" + part(n)))),
    cut("longer", lambda n: parts(part(b"x\r\n--" + B + b"x\r\n" + part(n)))),
    cut("white space behind", lambda n: parts(part(n)).replace(B + b"\r\n", B + b" \t\r\n")),
    cut("preamble", lambda n: n + b"\r\n" + parts(part(b"x"))),
    cut("preamble, a part in it", lambda n: part(n) + b"\r\n" + parts(part(b"x"))),
    cut("line end before", lambda n: b"\r\n" + parts(part(n)), plain=False),
    cut("epilogue", lambda n: parts(part(b"x")) + n),
    cut("epilogue, parts in it", lambda n: parts(part(b"x")) + parts(part(n))),
    cut("epilogue behind junk", lambda n: parts(part(b"x"), last=b"--junk") + parts(part(n))),
    cut("close delimiter, then a part", lambda n: parts(part(b"x"),
         last=b"--").removesuffix(b"\r\n") + b"\r\n" + part(n) + b"\r\n--" + B + b"--\r\n"),
    cut("no close delimiter", lambda n: parts(part(n)).removesuffix(b"\r\n--" + B + b"--\r\n")),
    cut("no close delimiter, a line end", lambda n: parts(part(n)).removesuffix(b"--" + B + b"--\r\n")),
    cut("cut inside the close delimiter", lambda n: parts(part(n))[:-8]),
    cut("no line end at the end", lambda n: parts(part(n)).removesuffix(b"\r\n"), plain=True),
    cut("half a close delimiter", lambda n: parts(part(n), last=b"-")),
    cut("empty part first", lambda n: b"--" + B + b"\r\n" + parts(part(n))),
    cut("without its dashes", lambda n: parts(part(n)).replace(b"--" + B, B)),
    cut("in a part's head", lambda n: parts(part(n, b'form-data; name="a\r\n--' + B + b'"'))),
    cut("one byte chunks", lambda n: b"", ),
]
DELIMITERS[-1] = Case("delimiters", "one byte chunks", lambda s: [
    head(s, more=[b"Content-Type: " + PLAIN, b"Transfer-Encoding: chunked"]) + b"\r\n" + chunked(parts(part(s.number)), 1)], plain=True)


def heads(name, body, **more):
    return form("part heads", name, body, **more)


HEADS = [
    heads("ends at LF LF", lambda n: parts(b'Content-Disposition: form-data; name="memo"\n\n' + n + b"\r\n\r\nx")),
    heads("LF lines", lambda n: parts(part(n, end=b"\n"))),
    heads("no disposition", lambda n: parts(part(n, None))),
    heads("no head", lambda n: parts(b"\r\n" + n)),
    heads("not even an empty line", lambda n: parts(n)),
    heads("disposition twice, the second has a name", lambda n: parts(part(n, b"form-data", [b"Content-Disposition: " + MEMO]))),
    heads("disposition twice, one a file", lambda n: parts(part(b"\0" + n, MEMO, [b"Content-Disposition: " + FILE]))),
    heads("small letters", lambda n: parts(part(n, None, [b"content-disposition: " + MEMO]))),
    heads("capitals", lambda n: parts(part(n, b'FORM-DATA; NAME="memo"'))),
    heads("attachment", lambda n: parts(part(n, b'attachment; name="memo"'))),
    heads("space before the colon", lambda n: parts(part(n, None, [b"Content-Disposition : " + MEMO]))),
    heads("folded", lambda n: parts(part(n, b'form-data;\r\n name="memo"'))),
    heads("the number folded", lambda n: parts(part(b"x", MEMO, [b"X: " + n[:7] + b"\r\n " + n[7:]]))),
    heads("NUL", lambda n: parts(part(n, b'form-data; name="me\0mo"'))),
    heads("the number in a line of its own", lambda n: parts(part(b"x", MEMO, [b"X-Memo: " + n]))),
    heads("the number in the type", lambda n: parts(part(b"x", FILE, [b"Content-Type: text/plain; name=" + n]))),
    heads("100 lines", lambda n: parts(part(n, MEMO, [b"X-%d: y" % at for at in range(100)]))),
    heads("line of 20 KB", lambda n: parts(part(n, MEMO, [b"X: " + b"y" * 20000]))),
    heads("length of its own", lambda n: parts(part(n, MEMO, [b"Content-Length: 0"]))),
    heads("a bare CR", lambda n: parts(part(b"x", MEMO, [b"X: a\r" + n]))),
]


def named(name, disposition, content=b"x", **more):
    return form("names", name, lambda n: parts(part(content if content != b"#" else n, disposition(n),
         [b"Content-Type: text/plain"])), **more)


def word(text, how=b"B"):
    """An encoded word (RFC 2047)."""
    inner = base64.b64encode(text) if how == b"B" else b"".join(b"=%02X" % byte for byte in text)
    return b"=?utf-8?" + how + b"?" + inner + b"?="


NAMES = [
    named("in the name", lambda n: b'form-data; name="' + n + b'"'),
    named("in the file's name", lambda n: b'form-data; name="file"; filename="' + n + b'.txt"'),
    named("in the file's name, full width EUC-KR",
         lambda n: b'form-data; name="file"; filename="' + wide(n).encode("cp949") + b'.txt"'),
    named("in the file's name, escapes", lambda n: b'form-data; name="file"; filename="' + quoted(n) + b'.txt"'),
    named("in the file's name, entities",
         lambda n: b'form-data; name="file"; filename="' + b"".join(b"&#%d;" % byte for byte in n) + b'.txt"'),
    named("in the file's name, encoded word B", lambda n: b'form-data; name="file"; filename="' + word(n) + b'"'),
    named("in the file's name, encoded word Q", lambda n: b'form-data; name="file"; filename="' + word(n, b"Q") + b'"'),
    named("in the name, encoded word B", lambda n: b'form-data; name="' + word(n) + b'"'),
    named("in the file's name, behind a path", lambda n: b'form-data; name="file"; filename="C:\\' + n[:6] + b"\\" + n + b'"'),
    named("in the file's name, backslashes inside",
         lambda n: b'form-data; name="file"; filename="' + b"".join(b"\\" + n[at:at + 1] for at in range(len(n))) + b'"'),
    named("in the file's name, a quote inside", lambda n: b'form-data; name="file"; filename="a\\"' + n + b'"'),
    named("filename*", lambda n: b"form-data; name=\"file\"; filename*=utf-8''" + quoted(n)),
    named("filename* and filename", lambda n: b"form-data; name=\"file\"; filename=\"a.txt\"; filename*=utf-8''" + quoted(n)),
    named("filename* first", lambda n: b"form-data; name=\"file\"; filename*=utf-8''" + quoted(n) + b'; filename="a.txt"'),
    named("filename*, UTF-16", lambda n: b"form-data; name=\"file\"; filename*=utf-16be''" + quoted(n.decode().encode("utf-16-be"))),
    named("filename*, IBM037", lambda n: b"form-data; name=\"file\"; filename*=IBM037''" + quoted(foreign(n, "IBM037"))),
    named("filename*0", lambda n: b'form-data; name="file"; filename*0="' + n[:7] + b'"; filename*1="' + n[7:] + b'"'),
    named("filename*0*", lambda n: b"form-data; name=\"file\"; filename*0*=utf-8''" + quoted(n[:7]) + b"; filename*1*=" + quoted(n[7:])),
    named("name*", lambda n: b"form-data; name*=utf-8''" + quoted(n)),
    named("unquoted", lambda n: b"form-data; name=memo", b"#"),
    named("single quotes", lambda n: b"form-data; name='" + n + b"'"),
    named("filename twice, the first", lambda n: b'form-data; name="file"; filename="' + n + b'"; filename="a.txt"'),
    named("filename twice, the second", lambda n: b'form-data; name="file"; filename="a.txt"; filename="' + n + b'"'),
    named("name twice", lambda n: b'form-data; name="a"; name="' + n + b'"'),
    named("name inside a file's name", lambda n: b'form-data; filename="; name=evil"; name="real"', b"#"),
    named("no quote at the end", lambda n: b'form-data; name="memo', b"#"),
    named("no name", lambda n: b"form-data", b"#"),
    named("empty name", lambda n: b'form-data; name=""', b"#"),
    form("names", "twice the same, two halves", lambda n: parts(part(n[:7]), part(n[7:]))),
    form("names", "_charset_", lambda n: parts(part(b"IBM037", b'form-data; name="_charset_"'), part(foreign(n, "IBM037")))),
]


def content(name, body, kind=PLAIN, **more):
    return form("part contents", name, body, kind, **more)


INNER = b"multipart/mixed; boundary=inner"
CONTENTS = [
    content("base64", lambda n: parts(part(base64.b64encode(n), MEMO, [b"Content-Transfer-Encoding: base64"]))),
    content("base64 of a file", lambda n: parts(part(base64.b64encode(n), FILE,
         [b"Content-Type: text/plain", b"Content-Transfer-Encoding: BASE64"]))),
    content("quoted-printable", lambda n: parts(part(b"".join(b"=%02X" % byte for byte in n), MEMO,
         [b"Content-Transfer-Encoding: quoted-printable"]))),
    content("quoted-printable, soft breaks",
         lambda n: parts(part(n[:7] + b"=\r\n" + n[7:], MEMO, [b"Content-Transfer-Encoding: quoted-printable"]))),
    content("8bit", lambda n: parts(part(n, MEMO, [b"Content-Transfer-Encoding: 8bit"])), plain=True),
    content("gzip", lambda n: parts(part(gzip.compress(n, mtime=0), FILE, [b"Content-Type: text/plain", b"Content-Encoding: gzip"]))),
    content("nested", lambda n: parts(part(parts(part(n, b'attachment; filename="a.txt"'), boundary=b"inner"), MEMO,
         [b"Content-Type: " + INNER]))),
    content("nested, base64", lambda n: parts(part(parts(part(base64.b64encode(n), b'attachment; filename="a.txt"',
            [b"Content-Transfer-Encoding: base64"]), boundary=b"inner"), MEMO, [b"Content-Type: " + INNER]))),
    content("nested, the same boundary", lambda n: parts(part(parts(part(n)), MEMO, [b"Content-Type: " + PLAIN]))),
    content("a message", lambda n: parts(part(b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(n), MEMO,
         [b"Content-Type: message/rfc822"]))),
    *[content(f"charset {label} of the part", lambda n, label=label: parts(part(foreign(n, label), MEMO,
              [b"Content-Type: text/plain; charset=" + label.encode()]))) for label in ("IBM037", "UTF-16LE", "UTF-7", "x-IBM933")],
    *[content(f"charset {label} of the form", lambda n, label=label: parts(part(foreign(n, label), b'form-data; name="memo"')),
              PLAIN + b"; charset=" + label.encode()) for label in ("IBM037", "UTF-16LE", "UTF-7", "x-IBM933", "x-UTF-16LE-BOM")],
    content("charset of the form before the boundary", lambda n: parts(part(foreign(n, "IBM037"))),
            b"multipart/form-data; charset=IBM037; boundary=" + B),
    content("full width EUC-KR", lambda n: parts(part(wide(n).encode("cp949"))), plain=True),
    content("UTF-16 with its mark", lambda n: parts(part(n.decode().encode("utf-16"), FILE, [b"Content-Type: text/plain"]))),
    content("UTF-16 without its mark", lambda n: parts(part(n.decode().encode("utf-16-le"), FILE, [b"Content-Type: text/plain"]))),
    content("NULs inside", lambda n: parts(part(b"\0".join(n[at:at + 1] for at in range(len(n)))))),
    content("a picture by type", lambda n: parts(part(n, b'form-data; name="f"; filename="a.png"', [b"Content-Type: image/png"]))),
    content("a picture by its start", lambda n: parts(part(b"\x89PNG\r\n\x1a\n" + n, FILE, [b"Content-Type: image/png"]))),
    content("a field that begins like a PDF", lambda n: parts(part(b"%PDF-1.4 " + n))),
    content("a field with a control byte", lambda n: parts(part(b"\x01 " + n))),
    content("a packed file", lambda n: parts(part(gzip.compress(n, mtime=0), FILE, [b"Content-Type: application/gzip"]))),
    content("JSON in a field", lambda n: parts(part(b'{"memo":"' + b"".join(b"\\u%04x" % byte for byte in n) + b'"}'))),
    content("escapes in a field", lambda n: parts(part(quoted(n)))),
    content("behind 300 KB", lambda n: parts(part(b"x" * 300_000, FILE, [b"Content-Type: text/plain"]), part(n)), plain=True),
    content("behind 1200 parts", lambda n: parts(*[part(b"x")] * 1200, part(n))),
]

CASES = [*BOUNDARIES, *DELIMITERS, *HEADS, *NAMES, *CONTENTS]
