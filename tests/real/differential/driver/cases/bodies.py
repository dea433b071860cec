"""Bodies that are no forms: JSON, XML, plain text, what lies about its type, and content codings."""

import gzip
import zlib

from case import FORM, Case, field, head, post, quoted, wide
from cases.urlencoded import foreign, wide_in

JSON = b"application/json"
XML = b"application/xml"


def sent(group, name, body, kind, more=(), plain=False):
    """A posted body; `body` gives its bytes from the number."""
    return Case(group, name, lambda s: [post(s, body(s.number), kind, more)], plain=plain)


def json(name, body, kind=JSON, **more):
    return sent("JSON", name, body, kind, **more)


def xml(name, body, kind=XML, **more):
    return sent("XML", name, body, kind, **more)


def escaped(text):
    """As JSON escapes."""
    return b"".join(b"\\u%04X" % byte for byte in text)


def memo(text):
    return b'{"memo":"' + text + b'"}'


def halves(sign):
    """A character beyond the first plane as two escapes."""
    code = ord(sign) - 0x10000
    return b"\\u%04x\\u%04x" % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF))


IN_JSON = [
    json("a string", memo, plain=True),
    json("escapes", lambda n: memo(escaped(n)), plain=True),
    json("a number", lambda n: b'{"memo":' + n.replace(b"-", b"") + b"}"),
    json("a number with a point", lambda n: b'{"memo":' + n.replace(b"-", b"") + b".0}"),
    json("a number with an exponent", lambda n: b'{"memo":' + n.replace(b"-", b"")[:1] + b"." + n.replace(b"-", b"")[1:] + b"e12}"),
    json("a key", lambda n: b'{"' + n + b'":1}'),
    json("a key in escapes", lambda n: b'{"' + escaped(n) + b'":1}'),
    json("twice the key, the first", lambda n: b'{"memo":"' + escaped(n) + b'","memo":"x"}'),
    json("twice the key, the second", lambda n: b'{"memo":"x","memo":"' + escaped(n) + b'"}'),
    json("comments", lambda n: b'/* " */{"memo":/* " */"' + escaped(n) + b'"// "\n}'),
    json("a comment inside the number", lambda n: b'{"memo":"' + n[:7] + b'/**/' + n[7:] + b'"}'),
    json("a trailing comma", lambda n: b'{"memo":"' + escaped(n) + b'",}'),
    json("single quotes", lambda n: b"{'memo':'" + escaped(n) + b"'}"),
    json("no quotes", lambda n: b"{memo:" + n + b"}"),
    json("an escaped slash inside", lambda n: memo(n.replace(b"-", b"\\/"))),
    json("escaped line ends inside", lambda n: memo(n.replace(b"-", b"\\n"))),
    json("a backslash before each digit", lambda n: memo(b"".join(b"\\" + n[at:at + 1] for at in range(len(n))))),
    json("mathematical digits as surrogates", lambda n: memo(b"".join(
        halves(chr(0x1D7CE + byte - 48)) if byte != 45 else b"-" for byte in n))),
    json("a lone surrogate inside", lambda n: memo(n[:7] + b"\\ud800" + n[7:])),
    json("a lone surrogate before", lambda n: memo(b"\\udc00" + escaped(n))),
    json("NUL inside", lambda n: memo(n[:7] + b"\\u0000" + n[7:])),
    json("a raw NUL inside", lambda n: memo(n[:7] + b"\0" + n[7:])),
    json("\\x escapes", lambda n: memo(b"".join(b"\\x%02x" % byte for byte in n))),
    json("octal escapes", lambda n: memo(b"".join(b"\\%03o" % byte for byte in n))),
    json("\\u{} escapes", lambda n: memo(b"".join(b"\\u{%x}" % byte for byte in n))),
    json("capital \\U", lambda n: memo(b"".join(b"\\U%04x" % byte for byte in n))),
    json("JSON in a string", lambda n: memo(b'{\\"a\\":\\"' + escaped(n).replace(b"\\", b"\\\\") + b'\\"}')),
    json("escapes of percent signs", lambda n: memo(quoted(n))),
    json("entities", lambda n: memo(b"".join(b"&#%d;" % byte for byte in n))),
    json("split into an array", lambda n: b'{"memo":["' + n[:6] + b'","' + n[7:] + b'"]}'),
    json("lines", lambda n: b'{"a":1}\n' + memo(escaped(n)) + b"\n"),
    json("behind the end", lambda n: b'{"a":1}' + memo(escaped(n))),
    json("deep", lambda n: b"[" * 60 + memo(escaped(n)) + b"]" * 60),
    json("very deep", lambda n: b"[" * 5000 + memo(escaped(n)) + b"]" * 5000),
    json("a mark at the start", lambda n: b"\xef\xbb\xbf" + memo(escaped(n))),
    json("UTF-16BE", lambda n: memo(n).decode().encode("utf-16-be")),
    json("UTF-16LE with its mark", lambda n: memo(n).decode().encode("utf-16")),
    json("UTF-16LE, said", lambda n: memo(n).decode().encode("utf-16-le"), JSON + b"; charset=UTF-16LE"),
    json("UTF-32", lambda n: memo(n).decode().encode("utf-32-be")),
    json("IBM037, said", lambda n: memo(n).decode().encode("cp037"), JSON + b"; charset=IBM037"),
    json("UTF-7, said", lambda n: b'{"memo":"' + foreign(n, "UTF-7") + b'"}', JSON + b"; charset=UTF-7"),
    json("EUC-KR full width, unsaid", lambda n: memo(wide(n).encode("cp949"))),
    json("overlong", lambda n: memo(b"".join(bytes([0xC0 | byte >> 6, 0x80 | byte & 0x3F]) for byte in n))),
    *[json(f"called {kind.decode() or 'nothing'}", lambda n: memo(escaped(n)), kind) for kind in (
        b"text/plain", b"", b"text/json", b"application/vnd.api+json", b"application/json;x=y", b"application/JSON",
        b"application/x-www-form-urlencoded", b"image/png", b"application/octet-stream", b"text/html", b"application/csp-report")],
    Case("JSON", "no type", lambda s: [post(s, memo(escaped(s.number)), None)]),
]

DTD = b'<?xml version="1.0"?><!DOCTYPE m [%s]><m>%s</m>'
IN_XML = [
    xml("an element", lambda n: b"<m>" + n + b"</m>", plain=True),
    xml("character references", lambda n: b"<m>" + b"".join(b"&#%d;" % byte for byte in n) + b"</m>"),
    xml("hexadecimal references", lambda n: b"<m>" + b"".join(b"&#x%x;" % byte for byte in n) + b"</m>"),
    xml("zeros in references", lambda n: b"<m>" + b"".join(b"&#000000%d;" % byte for byte in n) + b"</m>"),
    xml("an attribute", lambda n: b'<m a="' + n + b'"/>'),
    xml("an attribute in references", lambda n: b'<m a="' + b"".join(b"&#%d;" % byte for byte in n) + b'"/>'),
    xml("CDATA", lambda n: b"<m><![CDATA[" + n + b"]]></m>"),
    xml("CDATA inside", lambda n: b"<m>" + n[:7] + b"<![CDATA[" + n[7:] + b"]]></m>"),
    xml("a comment inside", lambda n: b"<m>" + n[:7] + b"<!-- -->" + n[7:] + b"</m>"),
    xml("a long comment inside", lambda n: b"<m>" + n[:7] + b"<!--" + b"x" * 2000 + b"-->" + n[7:] + b"</m>"),
    xml("an instruction inside", lambda n: b"<m>" + n[:7] + b"<?x y?>" + n[7:] + b"</m>"),
    xml("an element inside", lambda n: b"<m>" + n[:7] + b"<b>" + n[7:] + b"</b></m>"),
    xml("an element for each digit", lambda n: b"<m>" + b"".join(b"<d>%c</d>" % byte for byte in n) + b"</m>"),
    xml("two elements", lambda n: b"<m><a>" + n[:6] + b"</a><b>" + n[7:] + b"</b></m>"),
    xml("an entity", lambda n: DTD % (b'<!ENTITY a "' + n[:7] + b'"><!ENTITY b "' + n[7:] + b'">', b"&a;&b;")),
    xml("an entity of references", lambda n: DTD % (b'<!ENTITY a "' + b"".join(b"&#%d;" % byte for byte in n) + b'">', b"&a;")),
    xml("a digit as an entity", lambda n: DTD % (b'<!ENTITY d "' + n[3:4] + b'">', n[:3] + b"&d;" + n[4:])),
    xml("nested entities", lambda n: DTD % (b'<!ENTITY a "' + n[:3] + b'"><!ENTITY b "&a;' + n[3:9] + b'">', b"&b;" + n[9:])),
    xml("a default attribute", lambda n: DTD % (b'<!ELEMENT m ANY><!ATTLIST m a CDATA "' + b"".join(b"&#%d;" % byte for byte in n) + b'">', b"")),
    xml("a DTD behind a long comment", lambda n: b"<?xml version='1.0'?><!--" + b"x" * 70000 + b"-->" + (
        DTD % (b'<!ENTITY d "' + n[3:4] + b'">', n[:3] + b"&d;" + n[4:]))[21:]),
    xml("UTF-16 with its mark", lambda n: b"\xff\xfe" + ('<?xml version="1.0" encoding="UTF-16"?><m>' + n.decode() + "</m>").encode("utf-16-le")),
    xml("UTF-16 without its mark", lambda n: ('<?xml version="1.0" encoding="UTF-16BE"?><m>' + n.decode() + "</m>").encode("utf-16-be")),
    xml("UTF-32", lambda n: ('<?xml version="1.0" encoding="UTF-32BE"?><m>' + n.decode() + "</m>").encode("utf-32-be")),
    xml("EBCDIC by its declaration", lambda n: ('<?xml version="1.0" encoding="IBM037"?><m>' + n.decode() + "</m>").encode("cp037")),
    xml("UTF-7 by its declaration", lambda n: b'<?xml version="1.0" encoding="UTF-7"?><m>' + foreign(n, "UTF-7") + b"</m>"),
    xml("UTF-16 by its declaration only", lambda n: b'<?xml version="1.0" encoding="UTF-16"?><m>' + n + b"</m>"),
    xml("full width in Shift_JIS", lambda n: b'<?xml version="1.0" encoding="Shift_JIS"?><m>' + wide_in(n, "shift_jis") + b"</m>"),
    xml("full width in EUC-KR", lambda n: b'<?xml version="1.0" encoding="EUC-KR"?><m>' + wide(n).encode("cp949") + b"</m>"),
    *[xml(f"called {kind.decode() or 'nothing'}",
         lambda n: b'<?xml version="1.0"?><m>' + b"".join(b"&#%d;" % byte for byte in n) + b"</m>", kind)
      for kind in (b"text/xml", b"application/soap+xml", b"text/plain", b"", FORM, b"image/svg+xml", JSON)],
]

OTHER = [
    sent("other bodies", "plain text", lambda n: n, b"text/plain", plain=True),
    sent("other bodies", "HTML", lambda n: b"<p>" + n + b"</p>", b"text/html"),
    sent("other bodies", "CSV", lambda n: b"a,b\r\nx," + n + b"\r\n", b"text/csv", plain=True),
    sent("other bodies", "octet-stream", lambda n: n, b"application/octet-stream"),
    sent("other bodies", "a picture by type", lambda n: n, b"image/png"),
    sent("other bodies", "a picture by its start", lambda n: b"\x89PNG\r\n\x1a\n" + n, b"image/png"),
    sent("other bodies", "text that begins like a PDF", lambda n: b"%PDF-1.4\n" + n, b"text/plain"),
    sent("other bodies", "a form that begins like a picture", lambda n: b"GIF89a=" + quoted(n), FORM),
    sent("other bodies", "UTF-16, said", lambda n: n.decode().encode("utf-16-le"), b"text/plain; charset=UTF-16LE"),
    sent("other bodies", "UTF-16, unsaid", lambda n: n.decode().encode("utf-16-le"), b"text/plain"),
    sent("other bodies", "UTF-16 with its mark", lambda n: n.decode().encode("utf-16"), b"text/plain"),
    sent("other bodies", "IBM037, said", lambda n: foreign(n, "IBM037"), b"text/plain; charset=IBM037"),
    sent("other bodies", "x-IBM933, said", lambda n: foreign(n, "x-IBM933"), b"text/plain; charset=x-IBM933"),
    sent("other bodies", "UTF-7, said", lambda n: foreign(n, "UTF-7"), b"text/plain; charset=UTF-7"),
    sent("other bodies", "UTF-7, said after UTF-8", lambda n: foreign(n, "UTF-7"), b"text/plain; charset=UTF-8; charset=UTF-7"),
    sent("other bodies", "text, then a NUL", lambda n: b"x" * 600 + b"\0" + n, b"text/plain"),
    sent("other bodies", "a NUL, then text, no type", lambda n: b"\0" + n, None),
    sent("other bodies", "text behind 1 MB", lambda n: b"x" * 1_000_000 + n, b"text/plain", plain=True),
    sent("other bodies", "part of a PUT", lambda n: n, b"text/plain", more=[b"Content-Range: bytes 0-13/40"]),
    sent("other bodies", "events", lambda n: b"data: " + n + b"\n\n", b"text/event-stream"),
]


def packed(name, body, coding, kind=FORM, **more):
    return sent("content codings", name, body, kind, more=[b"Content-Encoding: " + one for one in coding], **more)


def raw(text):
    """Deflate without zlib's frame."""
    maker = zlib.compressobj(wbits=-15)
    return maker.compress(text) + maker.flush()


def zip_(text):
    return gzip.compress(text, mtime=0)


CODINGS = [
    packed("gzip", lambda n: zip_(field(n)), [b"gzip"], plain=True),
    packed("x-gzip", lambda n: zip_(field(n)), [b"x-gzip"]),
    packed("GZIP", lambda n: zip_(field(n)), [b"GZIP"]),
    packed("deflate", lambda n: zlib.compress(field(n)), [b"deflate"]),
    packed("deflate, raw", lambda n: raw(field(n)), [b"deflate"]),
    packed("deflate, called gzip", lambda n: zlib.compress(field(n)), [b"gzip"]),
    packed("gzip, called deflate", lambda n: zip_(field(n)), [b"deflate"]),
    packed("gzip, unsaid", lambda n: zip_(field(n)), []),
    packed("gzip of text, unsaid", lambda n: zip_(n), [], b"text/plain"),
    packed("said, but plain", field, [b"gzip"]),
    packed("identity", field, [b"identity"]),
    packed("identity, gzip", lambda n: zip_(field(n)), [b"identity, gzip"]),
    packed("gzip twice", lambda n: zip_(zip_(field(n))), [b"gzip, gzip"]),
    packed("gzip twice, said once", lambda n: zip_(zip_(field(n))), [b"gzip"]),
    packed("gzip once, said twice", lambda n: zip_(field(n)), [b"gzip, gzip"]),
    packed("two fields", lambda n: zip_(field(n)), [b"gzip", b"identity"]),
    packed("two fields, the second gzip", lambda n: zip_(field(n)), [b"identity", b"gzip"]),
    packed("a parameter", lambda n: zip_(field(n)), [b"gzip;q=1"]),
    packed("an empty item", lambda n: zip_(field(n)), [b",gzip"]),
    packed("unknown", lambda n: zip_(field(n)), [b"x-nobody"]),
    packed("empty", lambda n: zip_(field(n)), [b""]),
    packed("compress", lambda n: field(n), [b"compress"]),
    packed("br, but gzip", lambda n: zip_(field(n)), [b"br"]),
    packed("zstd, but plain", field, [b"zstd"]),
    packed("two members", lambda n: zip_(b"a=b&") + zip_(field(n)), [b"gzip"]),
    packed("two members, the number over both", lambda n: zip_(b"memo=" + n[:7]) + zip_(n[7:]), [b"gzip"]),
    packed("an empty member first", lambda n: zip_(b"") + zip_(field(n)), [b"gzip"]),
    packed("plain bytes behind", lambda n: zip_(b"a=b") + b"&" + field(n), [b"gzip"]),
    packed("zeros, then a member", lambda n: zip_(b"a=b") + b"\0" * 20 + zip_(b"&" + field(n)), [b"gzip"]),
    packed("the number in the file's name", lambda n: b"\x1f\x8b\x08\x08" + bytes(6) + n + b"\0" + zip_(b"a=b")[10:], [b"gzip"]),
    packed("a wrong checksum", lambda n: zip_(field(n))[:-8] + bytes(4) + zip_(field(n))[-4:], [b"gzip"]),
    packed("a wrong length", lambda n: zip_(field(n))[:-4] + bytes(4), [b"gzip"]),
    packed("cut", lambda n: zip_(field(n))[:-8], [b"gzip"]),
    packed("cut inside", lambda n: zip_(field(n) + b"&a=" + b"xyz" * 50)[:-14], [b"gzip"]),
    packed("a bomb", lambda n: zip_(b"a=" + b"0" * 20_000_000 + b"&" + field(n)), [b"gzip"]),
    packed("JSON", lambda n: zip_(memo(escaped(n))), [b"gzip"], JSON, plain=True),
    Case("content codings", "named in Connection", lambda s: [post(s, zip_(field(s.number)), more=[
        b"Connection: content-encoding", b"Content-Encoding: gzip"])]),
    Case("content codings", "underscore", lambda s: [post(s, zip_(field(s.number)), more=[b"Content_Encoding: gzip"])]),
    Case("content codings", "as transfer coding", lambda s: [head(s, more=[
        b"Content-Type: " + FORM, b"Transfer-Encoding: gzip, chunked"]) + b"\r\n%x\r\n" % len(zip_(field(s.number)))
        + zip_(field(s.number)) + b"\r\n0\r\n\r\n"]),
]

CASES = [*IN_JSON, *IN_XML, *OTHER, *CODINGS]
