"""Url-encoded forms and queries: escapes, separators, charsets, types that lie, and spellings of the number."""

from case import FORM, Case, field, get, head, post, quoted, url, wide

# Charsets in which a digit is not its ASCII byte: their names as Java and Python know them, and the codec here.
FOREIGN = {
    "IBM037": "cp037", "cp037": "cp037", "IBM500": "cp500", "cp1140": "cp1140", "IBM273": "cp273", "IBM01140": "cp1140",
    "x-IBM933": None, "x-IBM1364": None, "UTF-16": "utf-16-be", "UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be",
    "unicode": "utf-16-be", "UnicodeBig": "utf-16-be", "UnicodeLittle": "utf-16-le", "x-UTF-16LE-BOM": "utf-16-le",
    "ISO-10646-UCS-2": "utf-16-be", "UTF-32": "utf-32-be", "UTF-32LE": "utf-32-le", "X-UTF-32BE-BOM": "utf-32-be",
    "UTF-7": "utf-7", "x-JIS0208": None,
}
# Korean EBCDIC and JIS are not among Python's codecs: digits are 0xF0 to 0xF9, and 0x2330 to 0x2339.
EBCDIC = {**{48 + at: 0xF0 + at for at in range(10)}, 45: 0x60}


def foreign(text, label):
    """ASCII text in one of those charsets."""
    if label == "x-JIS0208":
        return b"".join(bytes([0x23, byte]) if 48 <= byte < 58 else b"\x21\x5d" for byte in text)
    if label.startswith("x-IBM"):
        return bytes(EBCDIC[byte] for byte in text)
    return b"".join(b"+%s-" % shifted(byte) for byte in text) if label == "UTF-7" else text.decode().encode(FOREIGN[label])


def wide_in(text, codec):
    """Full-width digits in a charset of East Asia; not all of them have the dash."""
    return wide(text.replace(b"-", b"")).encode(codec)


def shifted(byte):
    """One character as UTF-7 hides it."""
    import base64
    return base64.b64encode(bytes([0, byte])).rstrip(b"=")


def form(group, name, body, kind=FORM, **flags):
    """A posted form; `body` gives its bytes."""
    return Case(group, name, lambda s: [post(s, body(s), kind, flags.get("more", ()))], plain=flags.get("plain", False))


def both(group, name, text):
    """The same pairs as a form and as a query."""
    return [form(group, name, lambda s: text(s.number)),
            Case(group, f"{name}, in the query", lambda s: [get(s, s.path() + b"?" + text(s.number))])]


ESCAPES = {
    "every byte": lambda n: field(quoted(n)),
    "the name too": lambda n: quoted(b"memo") + b"=" + quoted(n),
    "small letters": lambda n: field(quoted(n).lower()),
    "every other byte": lambda n: field(b"".join(quoted(n[at:at + 1]) if at % 2 else n[at:at + 1] for at in range(len(n)))),
    "%u": lambda n: field(b"".join(b"%%u%04x" % byte for byte in n)),
    "%u, full width": lambda n: field(b"".join(b"%%u%04X" % ord(sign) for sign in wide(n))),
    "overlong, two bytes": lambda n: field(b"".join(b"%%%02X%%%02X" % (0xC0 | byte >> 6, 0x80 | byte & 0x3F) for byte in n)),
    "overlong, three bytes": lambda n: field(b"".join(b"%%E0%%%02X%%%02X" % (0x80 | byte >> 6, 0x80 | byte & 0x3F) for byte in n)),
    "twice": lambda n: field(quoted(quoted(n))),
    "twice, only the dash": lambda n: field(n.replace(b"-", b"%252D")),
    "a percent sign alone": lambda n: b"a=%&" + field(quoted(n)),
    "half an escape before": lambda n: b"a=%4&" + field(quoted(n)),
    "no hexadecimal": lambda n: field(n[:5] + b"%zz" + quoted(n[5:])),
    "escape at the end": lambda n: field(quoted(n)) + b"%",
    "NUL inside": lambda n: field(n[:6] + b"%00" + n[6:]),
    "NUL before": lambda n: field(b"a%00" + quoted(n)),
    "zero width inside": lambda n: field(n[:6] + b"%E2%80%8B" + n[6:]),
    "plus inside": lambda n: field(n.replace(b"-", b"+-+")),
    "%20 inside": lambda n: field(n.replace(b"-", b"%20")),
}
PAIRS = {
    "semicolons": lambda n: b"a=b;memo=" + quoted(n),
    "no name": lambda n: b"=" + quoted(n),
    "no value": lambda n: quoted(n),
    "in a name": lambda n: quoted(n) + b"=x",
    "in a key of an array": lambda n: b"memo[" + quoted(n) + b"]=x",
    "twice the name, the second": lambda n: b"memo=x&memo=" + quoted(n),
    "twice the name, the first": lambda n: b"memo=" + quoted(n) + b"&memo=x",
    "two halves under one name": lambda n: b"memo=" + n[:7] + b"&memo=" + n[7:],
    "two equals signs": lambda n: b"memo=a=" + quoted(n),
    "escaped ampersand": lambda n: b"memo=a%26b=" + quoted(n),
    "ampersands": lambda n: b"&&&memo=" + quoted(n) + b"&&",
    "line end inside": lambda n: b"a=b\r\nmemo=" + quoted(n),
    "line end inside the number": lambda n: b"memo=" + n[:7] + b"%0D%0A" + n[7:],
    "a mark at the start": lambda n: b"\xef\xbb\xbfmemo=" + quoted(n),
    "dots and spaces in the name": lambda n: b"me+mo.x=" + quoted(n),
    "cookie's name": lambda n: b"PHPSESSID=" + quoted(n),
}
SPELLINGS = {
    "full width": wide,
    "circled": lambda n: "".join(chr(0x2460 + int(d) - 1) if d in "123456789" else d for d in n.decode()),
    "mathematical": lambda n: "".join(chr(0x1D7CE + int(d)) if d.isdigit() else d for d in n.decode()),
    "Arabic": lambda n: "".join(chr(0x660 + int(d)) if d.isdigit() else d for d in n.decode()),
    "entities": lambda n: "".join(f"&#{ord(c)};" for c in n.decode()),
    "entities, hexadecimal": lambda n: "".join(f"&#x{ord(c):x};" for c in n.decode()),
    "entities without an end": lambda n: "".join(f"&#{ord(c)} " for c in n.decode()).replace(" ", ""),
    "tags inside": lambda n: "<b>".join(n.decode()),
    "a comment inside": lambda n: "<!-- x -->".join([n.decode()[:4], n.decode()[4:]]),
    "spaces": lambda n: " ".join(n.decode()),
    "soft hyphens": lambda n: "\u00ad".join(n.decode()),
    "without its dash": lambda n: n.decode().replace("-", ""),
    "another dash": lambda n: n.decode().replace("-", "\u2013"),
    "letters around it": lambda n: f"x{n.decode()}y",
}
TYPES = {
    "none": None,
    "empty": b"",
    "capitals": b"Application/X-WWW-Form-URLencoded",
    "a space and a word": FORM + b" x",
    "a tab and a word": FORM + b"\tx",
    "a comma": FORM + b", text/plain",
    "a comma first": b"text/plain, " + FORM,
    "a semicolon first": b";" + FORM,
    "two slashes": FORM + b"/x",
    "parameters": FORM + b"; charset=UTF-8; x=y",
    "text/plain": b"text/plain",
    "picture": b"image/png",
    "JSON": b"application/json",
    "XML": b"text/xml",
    "octet-stream": b"application/octet-stream",
    "multipart": b"multipart/form-data; boundary=x",
    "unknown": b"x/y",
    "vertical tab before": b"\x0b" + FORM,
    "space before": b"  " + FORM,
}


def in_charset(label, written):
    """A form whose value is in a foreign charset; the name too, as its reader decodes both."""
    name = lambda s: foreign(b"1", label)
    kind = FORM + b"; " + written(label.encode())
    return lambda s: post(s, quoted(name(s)) + b"=" + quoted(foreign(s.number, label)), kind)


CHARSETS = [
    *[Case("charset of a form", label, lambda s, label=label: [in_charset(label, lambda l: b"charset=" + l)(s)])
      for label in FOREIGN],
    *[Case("charset of a form", f"{label}, of the query", lambda s, label=label: [get(
        s, s.path() + b"?m=" + quoted(foreign(s.number, label)), [b"Content-Type: " + FORM + b"; charset=" + label.encode()])])
      for label in ("IBM037", "UTF-16LE", "x-IBM933")],
    *[Case("charset of a form", f"IBM037, {name}", lambda s, written=written: [in_charset("IBM037", written)(s)]) for name, written in {
        "quoted": lambda l: b'charset="' + l + b'"',
        "single quotes": lambda l: b"charset='" + l + b"'",
        "spaces around": lambda l: b"charset = " + l,
        "capitals": lambda l: b"CHARSET=" + l.lower(),
        "after another": lambda l: b"charset=utf-8; charset=" + l,
        "before another": lambda l: b"charset=" + l + b"; charset=utf-8",
        "behind a comma": lambda l: b"x=y, charset=" + l,
        "escapes in quotes": lambda l: b'charset="' + b"".join(b"\\" + l[at:at + 1] for at in range(len(l))) + b'"',
        "in a quoted value": lambda l: b'x="; charset=' + l + b'"',
    }.items()],
    Case("charset of a form", "IBM037, raw bytes", lambda s: [post(
        s, b"m=" + foreign(s.number, "IBM037"), FORM + b"; charset=IBM037")]),
    Case("charset of a form", "IBM037, on a second type", lambda s: [post(
        s, b"m=" + quoted(foreign(s.number, "IBM037")), FORM, [b"Content-Type: " + FORM + b"; charset=IBM037"])]),
    form("charset of a form", "EUC-KR, full width", lambda s: b"m=" + quoted(wide(s.number).encode("cp949")),
         FORM + b"; charset=EUC-KR", plain=True),
    form("charset of a form", "said EUC-KR, is UTF-8", lambda s: b"m=" + quoted(wide(s.number).encode()), FORM + b"; charset=EUC-KR"),
    form("charset of a form", "said UTF-8, is EUC-KR", lambda s: b"m=" + quoted(wide(s.number).encode("cp949")),
         FORM + b"; charset=UTF-8"),
    form("charset of a form", "Shift_JIS, full width", lambda s: b"m=" + quoted(wide_in(s.number, "shift_jis")),
         FORM + b"; charset=Shift_JIS"),
    form("charset of a form", "GB18030, full width", lambda s: b"m=" + quoted(wide_in(s.number, "gb18030")),
         FORM + b"; charset=GB18030"),
    form("charset of a form", "Big5, full width", lambda s: b"m=" + quoted(wide_in(s.number, "big5")), FORM + b"; charset=Big5"),
    form("charset of a form", "EUC-JP, full width", lambda s: b"m=" + quoted(wide_in(s.number, "euc-jp")), FORM + b"; charset=EUC-JP"),
    form("charset of a form", "ISO-2022-KR, full width", lambda s: b"m=" + quoted(wide_in(s.number, "iso2022_kr")),
         FORM + b"; charset=ISO-2022-KR"),
    form("charset of a form", "ISO-2022-JP, full width", lambda s: b"m=" + quoted(wide_in(s.number, "iso2022_jp")),
         FORM + b"; charset=ISO-2022-JP"),
    form("charset of a form", "Johab, full width", lambda s: b"m=" + quoted(wide_in(s.number, "johab")), FORM + b"; charset=x-Johab"),
    form("charset of a form", "a _charset_ field", lambda s: b"_charset_=IBM037&m=" + quoted(foreign(s.number, "IBM037"))),
    form("charset of a form", "nobody's", lambda s: field(s.number), FORM + b"; charset=x-nobody"),
]

CASES = [
    *[case for name, text in ESCAPES.items() for case in both("escapes", name, text)],
    *[case for name, text in PAIRS.items() for case in both("pairs", name, text)],
    *[form("spellings", name, lambda s, spell=spell: field(url(spell(s.number)))) for name, spell in SPELLINGS.items()],
    *[form("types of a form", name, lambda s: field(quoted(s.number)), kind) for name, kind in TYPES.items()],
    form("types of a form", "twice, the form first", lambda s: field(quoted(s.number)), more=[b"Content-Type: text/plain"]),
    form("types of a form", "twice, the form second", lambda s: field(quoted(s.number)), b"text/plain",
         more=[b"Content-Type: " + FORM]),
    form("types of a form", "twice, a picture first", lambda s: field(quoted(s.number)), b"image/png", more=[b"Content-Type: " + FORM]),
    *CHARSETS,
    form("large forms", "behind 300 KB", lambda s: b"a=" + b"x" * 300_000 + b"&" + field(quoted(s.number)), plain=True),
    form("large forms", "behind 900 fields", lambda s: b"a=b&" * 900 + field(quoted(s.number)), plain=True),
    form("large forms", "behind 3000 fields", lambda s: b"a=b&" * 3000 + field(quoted(s.number))),
    Case("large forms", "a name of 4 KB", lambda s: [post(s, b"n" * 4096 + b"=" + quoted(s.number))]),
    Case("types of a form", "no length, HTTP/1.0", lambda s: [
        head(s, more=[b"Content-Type: " + FORM], version=b"HTTP/1.0") + b"\r\n" + field(s.number)]),
]
