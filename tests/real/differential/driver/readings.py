"""All readings of one request that some server or framework is known to make, as (where, name, value) of bytes."""

import base64
import email
import email.errors
import email.header
import email.policy
import gzip
import html
import io
import json
import quopri
import re
import urllib.parse
import xml.etree.ElementTree
import zipfile
import zlib

# What the labels of other platforms are called here.
CHARSETS = {"ks_c_5601-1987": "cp949", "ms949": "cp949", "x-windows-949": "cp949", "utf-7": "utf-7", "ibm037": "cp037",
            "ibm500": "cp500", "x-utf-16le-bom": "utf-16-le", "unicodelittle": "utf-16-le", "unicodebig": "utf-16-be"}


def of_request(target, fields, body, trailers):
    """Every reading of the target, the fields, the body and the trailers."""
    path, _, query = target.partition(b"?")
    yield "target", b"path", unquoted(path)
    yield "target", b"decoded three times", unquoted(unquoted(unquoted(path)))
    yield from form("target", path.replace(b"/", b";"))
    yield from joined("target", [pair.partition(b"=")[::2] for pair in re.split(rb"[&;]", query + b"&" + body)])
    yield from form("query", query)
    yield from joined("header", fields)
    yield from form("cookie", b"&".join(value for name, value in fields if name.lower() == b"cookie").replace(b"; ", b"&"))
    for name, value in fields:
        yield "header", name, value
        yield "header", b"unquoted", unquoted(value)
        yield from joined("header", [(b"", item) for item in value.split(b",")])
        yield "header", b"encoded words", words(value.decode("latin-1"))
        for plain in within(value.rpartition(b" ")[2]):
            yield "header", b"base64", plain
        if name.lower() == b"cookie":
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
    for plain in within(body.strip()):
        yield "body", b"base64", plain
    kind = media_type.lower()
    if b"yaml" in kind or b"graphql" in kind:
        yield "body", b"escapes", escapes(body)
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
    pairs = [pair.partition(b"=") for pair in re.split(rb"[&;]", text)]
    pairs = [(unquoted(name.replace(b"+", b" ")), unquoted(value.replace(b"+", b" "))) for name, _, value in pairs]
    yield from joined(where, pairs)
    for name, value in pairs:
        yield where, name, value
        yield where, b"name", name
        # By the charset of the form, as servlet containers do.
        decoded = by_charset(value, kind)
        if decoded is not None:
            yield where, b"charset", decoded
        yield where, b"decoded twice", unquoted(value)
        yield where, b"overlong", plain_utf8(value)
        yield from deeper(where, value)


def joined(where, pairs):
    """The values of names that differ only in a number at their end, or not at all, as programs put them together."""
    found = {}
    for name, value in pairs:
        value = value.strip(b'" ')
        if value.isdigit():
            found.setdefault(re.sub(rb"[^a-z]*[0-9]*[^a-z]*\Z", b"", name.lower()), []).append((name, value))
    digits = [value.strip(b'" ') for _, value in pairs if value.strip(b'" ').isdigit()]
    for front in {value for value in digits if len(value) == 6}:
        for back in {value for value in digits if len(value) == 7}:
            yield where, b"halves", front + b"-" + back
    for stem, values in found.items():
        if len(values) > 1:
            yield where, stem, b"-".join(value for _, value in sorted(values, key=lambda one: one[0]))


def deeper(where, value):
    """What applications make of a value that they have got: they undo escapes again, read JSON, entities, base64."""
    yield where, b"decoded three times", unquoted(unquoted(value))
    yield where, b"escapes", escapes(value)
    yield where, b"without BBCode", re.sub(rb"\[/?[a-z]+(?:=[^\]]*)?\]", b"", value)
    yield where, b"without Markdown", re.sub(rb"\*\*|__|~~", b"", value)
    yield where, b"entities", html.unescape(html.unescape(value.decode("utf-8", "replace"))).encode("utf-8", "replace")
    for plain in within(value):
        yield where, b"base64", plain
    for text in {value, unquoted(value)}:
        if text.lstrip()[:1] in (b"{", b"["):
            yield from from_json(text)


def escapes(text):
    """Those of JSON, YAML and scripts undone, as often as there are any."""
    for _ in range(4):
        text = re.sub(rb"\\(?:u00|x)([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), text)
        text = re.sub(rb"\\(?:\n *)?(?=[\\\"0-9])", b"", text)
    return text


def within(text, depth=2):
    """What a string holds in base64, in either alphabet, as a whole, behind a comma, or part by part as tokens have it; and in
    hexadecimal digits. Packed, archived, and once more."""
    if len(text) >= 26 and re.fullmatch(rb"(?:[0-9a-fA-F]{2})+", text):
        yield bytes.fromhex(text.decode())
    for piece in {text, text.rpartition(b",")[2], *text.split(b".")}:
        if len(piece) >= 16 and re.fullmatch(rb"[A-Za-z0-9+/_-]+={0,2}", piece):
            plain = from_base64(piece.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=") + b"==="[:-len(piece.rstrip(b"=")) % 4])
            yield plain
            yield from inside(plain)
            if depth > 1:
                yield from within(plain, depth - 1)


def inside(data):
    """Unpacked in every way, as an archive, and as UTF-16."""
    for bits in (15, 31, -15):
        try:
            yield zlib.decompressobj(bits).decompress(data)
        except zlib.error:
            pass
    if data[:2] == b"\xff\xfe":
        yield data.decode("utf-16", "replace").encode("utf-8", "replace")
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield archive.read(name)


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
        readers.append(lambda data: zlib.decompress(zlib.decompress(data)))
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
    fields = []
    message = email.message_from_bytes(b"Content-Type: " + media_type + b"\r\n\r\n" + body, policy=email.policy.compat32)
    for part in message.walk():
        if part.is_multipart():
            continue
        name = str(part.get_param("name", "", "content-disposition")).encode("utf-8", "replace")
        fields.append((name, part.get_payload(decode=True) or b""))
        for key, value in part.items():
            yield "part-head", key.encode("utf-8", "replace"), str(value).encode("utf-8", "replace")
            yield "part-head", b"encoded words", words(str(value))
        yield "file-name", name, (part.get_filename() or "").encode("utf-8", "replace")
        content = part.get_payload(decode=True) or b""
        yield "file", name, content
        if part.get_filename() is None:
            yield from deeper("field", content)
            for plain in inside(content):
                yield "field", b"unpacked", plain
        if part.get_content_maintype() != "multipart" and part.get("content-type"):
            yield from of_body(str(part.get("content-type")).encode("utf-8", "replace"), content)
        text = by_charset(content, str(part.get("content-type", "")).lower().encode("utf-8", "replace"))
        if text is not None:
            yield "file", b"charset", text
        coding = str(part.get("content-transfer-encoding", "")).lower().strip()
        if coding in ("base64", "quoted-printable"):
            yield "file", b"transfer encoding", from_base64(content) if coding == "base64" else quopri.decodestring(content)
    yield from joined("field", fields)


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
    for piece in dict.fromkeys([text, *text.splitlines()]):
        try:
            json.loads(piece.lstrip("\ufeff"), object_pairs_hook=seen.append, strict=False, parse_int=str)
        except ValueError:
            continue
    texts = [str(value).encode("utf-8", "replace") for pairs in seen for name, value in pairs if name in ("text", "insert")]
    yield "json", b"text of an editor", b"".join(texts)
    for pairs in seen:
        pairs = [(name.encode("utf-8", "replace"), value) for name, value in pairs]
        yield from joined("json", [(name, str(value).encode("utf-8", "replace")) for name, value in pairs])
        for name, value in pairs:
            written = str(value).encode("utf-8", "replace")
            yield "json", name, written
            if isinstance(value, float) and abs(value) < 1e15:
                yield "json", b"as an integer", b"%d" % round(value)
            for plain in within(written) if isinstance(value, str) else ():
                yield "json", b"base64", plain
            if isinstance(value, str):
                yield "json", b"unquoted", unquoted(written)
                yield "json", b"escapes", escapes(written)
            if isinstance(value, list) and all(str(one).isdigit() for one in value):
                yield "json", b"array", b"-".join(str(one).encode() for one in value)


def from_xml(body):
    """The text with the entities of its own DTD, and the attributes."""
    try:
        root = xml.etree.ElementTree.fromstring(body)
    except (xml.etree.ElementTree.ParseError, ValueError, LookupError):
        return
    text = "".join(root.itertext()).encode("utf-8", "replace")
    yield "xml", b"", text
    yield from deeper("xml", text)
    named = [(element.get("id") or element.tag, element.text or "") for element in root.iter()]
    yield from joined("xml", [(name.encode("utf-8", "replace"), value.encode("utf-8", "replace")) for name, value in named])
    for element in root.iter():
        yield from joined("xml", [(name.encode("utf-8", "replace"), value.encode("utf-8", "replace")) for name, value in element.items()])
        for name, value in element.items():
            yield "xml", name.encode("utf-8", "replace"), value.encode("utf-8", "replace")
