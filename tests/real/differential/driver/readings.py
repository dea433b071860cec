"""All readings of one request that some server or framework is known to make, as (where, name, value) of bytes."""

import base64
import email
import email.errors
import email.header
import email.policy
import gzip
import json
import quopri
import re
import urllib.parse
import xml.etree.ElementTree
import zlib

# What the labels of other platforms are called here.
CHARSETS = {"ks_c_5601-1987": "cp949", "ms949": "cp949", "x-windows-949": "cp949", "utf-7": "utf-7", "ibm037": "cp037",
            "ibm500": "cp500", "x-utf-16le-bom": "utf-16-le", "unicodelittle": "utf-16-le", "unicodebig": "utf-16-be"}


def of_request(target, fields, body, trailers):
    """Every reading of the target, the fields, the body and the trailers."""
    path, _, query = target.partition(b"?")
    yield "target", b"path", unquoted(path)
    yield from form("query", query)
    for name, value in fields:
        yield "header", name, value
        if name.lower() == b"cookie":
            yield from form("cookie", value.replace(b"; ", b"&"))
            for cookie in cookies(value):
                yield "cookie", b"unescaped", cookie
        if name.lower() == b"authorization":
            yield "header", name, from_base64(value.partition(b" ")[2])
    if trailers:
        yield "trailer", b"", trailers
    if not body:
        return
    field = {name.lower(): value for name, value in reversed(fields)}
    media_type = field.get(b"content-type", b"")
    for plain in unpacked(body, field.get(b"content-encoding", b"").lower()):
        yield from of_body(media_type, plain)


def of_body(media_type, body):
    """The body as it is, by its charset, and as what it is said to be, or looks like."""
    yield "body", b"", body
    kind = media_type.lower()
    text = by_charset(body, kind)
    if text is not None:
        yield "body", b"charset", text
    if b"multipart/" in kind:
        yield from multipart(media_type, body)
    elif b"json" in kind or body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        yield from from_json(body if text is None else text)
    elif b"xml" in kind or body.lstrip()[:5] == b"<?xml":
        yield from from_xml(body)
    elif b"urlencoded" in kind or b"=" in body:
        yield from form("field", body, kind)


def form(where, text, kind=b""):
    """The pairs of a form: parted by `&` and, as in old servers, by `;`; decoded once and twice, with %uXXXX."""
    for pair in re.split(rb"[&;]", text):
        name, _, value = pair.partition(b"=")
        name, value = unquoted(name.replace(b"+", b" ")), unquoted(value.replace(b"+", b" "))
        yield where, name, value
        yield where, b"name", name
        # By the charset of the form, as servlet containers do.
        decoded = by_charset(value, kind)
        if decoded is not None:
            yield where, b"charset", decoded
        yield where, b"decoded twice", unquoted(value)
        yield where, b"overlong", plain_utf8(value)


def cookies(value):
    """Quoted values with their backslashes and octal escapes undone."""
    for inner in re.findall(rb'"((?:[^"\\]|\\.)*)"', value):
        inner = re.sub(rb"\\([0-3][0-7]{2})", lambda found: bytes([int(found[1], 8)]), inner)
        yield re.sub(rb"\\(.)", rb"\1", inner)


def unquoted(text):
    """%XX and %uXXXX undone; what is no escape stays."""
    text = re.sub(rb"%[uU]([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), text)
    return urllib.parse.unquote_to_bytes(text)


def plain_utf8(text):
    """Overlong forms of ASCII characters undone, as lenient decoders did."""
    two = lambda found: bytes([(found[0][0] & 0x1F) << 6 | found[0][1] & 0x3F])
    three = lambda found: bytes([(found[0][1] & 0x3F) << 6 | found[0][2] & 0x3F])
    text = re.sub(rb"[\xc0\xc1][\x80-\xbf]", two, text)
    return re.sub(rb"\xe0[\x80\x81][\x80-\xbf]", three, text)


def by_charset(body, kind):
    """The text in UTF-8 by the charset that the type names; None if there is none, or nobody knows it."""
    found = re.search(rb"charset\s*=\s*[\"']?([^\s\"';,]+)", kind)
    if not found:
        return None
    label = found[1].decode("latin-1")
    try:
        return body.decode(CHARSETS.get(label, label), "replace").encode("utf-8", "replace")
    except (LookupError, UnicodeError, ValueError):
        return None


def unpacked(body, coding):
    """Undone whatever is said, and whatever it looks like; all members."""
    yield body
    readers = []
    if "gzip" in coding.decode("latin-1") or body[:2] == b"\x1f\x8b":
        readers.append(members)
    if b"deflate" in coding:
        readers += [zlib.decompress, lambda data: zlib.decompress(data, -15)]
    if b"," in coding:
        readers.append(lambda data: gzip.decompress(gzip.decompress(data)))
    for reader in readers:
        try:
            yield reader(body)
        except (OSError, EOFError, zlib.error):
            continue


def members(data):
    """All members of a gzip file that can be read, also behind bytes that are none."""
    plain = b""
    for at in [found.start() for found in re.finditer(rb"\x1f\x8b\x08", data)]:
        try:
            plain += zlib.decompressobj(31).decompress(data[at:])
        except zlib.error:
            continue
    return plain


def multipart(media_type, body):
    """By Python's mail parser: as lenient as mail, with nested parts, encoded names and transfer encodings."""
    message = email.message_from_bytes(b"Content-Type: " + media_type + b"\r\n\r\n" + body, policy=email.policy.compat32)
    for part in message.walk():
        if part.is_multipart():
            continue
        name = str(part.get_param("name", "", "content-disposition")).encode("utf-8", "replace")
        for key, value in part.items():
            yield "part-head", key.encode("utf-8", "replace"), str(value).encode("utf-8", "replace")
            yield "part-head", b"encoded words", words(str(value))
        yield "file-name", name, (part.get_filename() or "").encode("utf-8", "replace")
        content = part.get_payload(decode=True) or b""
        yield "file", name, content
        text = by_charset(content, str(part.get("content-type", "")).lower().encode("utf-8", "replace"))
        if text is not None:
            yield "file", b"charset", text
        coding = str(part.get("content-transfer-encoding", "")).lower().strip()
        if coding in ("base64", "quoted-printable"):
            yield "file", b"transfer encoding", from_base64(content) if coding == "base64" else quopri.decodestring(content)


def words(text):
    """Encoded words (RFC 2047) undone."""
    try:
        parts = email.header.decode_header(text)
    except (ValueError, email.errors.HeaderParseError):
        return b""
    return b"".join(part if isinstance(part, bytes) else part.encode("utf-8", "replace") for part, _ in parts)


def from_base64(text):
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def from_json(body):
    """All strings and numbers, of duplicate keys too; comments are read over, as many parsers do."""
    try:
        text = body.decode(json.detect_encoding(body), "replace")
    except UnicodeError:
        return
    # Strings stay as they are.
    text = re.sub(r'("(?:[^"\\]|\\.)*")|/\*.*?\*/|//[^\n]*', lambda found: found[1] or "", text, flags=re.S)
    seen = []
    for piece in [text, *text.splitlines()]:
        try:
            json.loads(piece.lstrip("\ufeff"), object_pairs_hook=seen.append, strict=False, parse_int=str)
        except ValueError:
            continue
    for pairs in seen:
        for name, value in pairs:
            yield "json", name.encode("utf-8", "replace"), str(value).encode("utf-8", "replace")


def from_xml(body):
    """The text with the entities of its own DTD, and the attributes."""
    try:
        root = xml.etree.ElementTree.fromstring(body)
    except (xml.etree.ElementTree.ParseError, ValueError, LookupError):
        return
    yield "xml", b"", "".join(root.itertext()).encode("utf-8", "replace")
    for element in root.iter():
        for name, value in element.items():
            yield "xml", name.encode("utf-8", "replace"), value.encode("utf-8", "replace")
