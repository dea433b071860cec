"""What was found by trying, in 2026-11, all that was not in the other files: names of halves, texts that editors cut up by their
style, files within values, values that are packed, what Korean frameworks write."""

import base64
import binascii
import gzip
import io
import zipfile
import zlib

from case import FORM, Case, get, post, quoted
from cases.bodies import JSON, XML, memo, sent
from cases.multiparts import PLAIN, part, parts
from cases.newer import b64, halves, url64

# Pairs of names under which forms and scripts send the halves of a number.
NAMES = [
    ("p1_jumin", "p2_jumin"), ("juminA", "juminB"), ("jumin_front", "jumin_back"), ("rrn[0]", "rrn[1]"), ("ssn1", "ssn2"),
    ("front_jumin", "back_jumin"), ("jumin.front", "jumin.back"), ("birth", "jumin2"), ("jumin_l", "jumin_r"), ("jumin", "gender"),
    ("앞주민번호", "뒤주민번호"), ("ssn_1st", "ssn_2nd"), ("user[0].jumin", "user[1].jumin"), ("birthday", "identityBack"),
]


def pairs(first, second):
    """The halves under two names, in every carrier."""
    a, b = first.encode(), second.encode()
    of = lambda s: halves(s.number)
    pair = lambda s: quoted(a) + b"=%s&" % of(s)[0] + quoted(b) + b"=%s" % of(s)[1]
    key = lambda name, half: b'"' + name + b'":"' + half + b'"'
    name = f"{first} and {second}"
    field = lambda name, half: part(half, b'form-data; name="' + name + b'"')
    return [
        Case("names of halves", f"{name}, form", lambda s: [post(s, pair(s))]),
        Case("names of halves", f"{name}, query", lambda s: [get(s, s.path() + b"?" + pair(s))]),
        Case("names of halves", f"{name}, multipart", lambda s: [post(s, parts(field(a, of(s)[0]), field(b, of(s)[1])), PLAIN)]),
        Case("names of halves", f"{name}, JSON", lambda s: [post(s, b"{%s,%s}" % (key(a, of(s)[0]), key(b, of(s)[1])), JSON)]),
        Case("names of halves", f"{name}, JSON, turned", lambda s: [post(s, b"{%s,%s}" % (key(b, of(s)[1]), key(a, of(s)[0])), JSON)]),
        Case("names of halves", f"{name}, JSON, another between", lambda s: [
            post(s, b'{%s,"etc":"abc def",%s}' % (key(a, of(s)[0]), key(b, of(s)[1])), JSON)]),
    ]


def row(*columns):
    return b"<Root><Dataset id='d'><Rows><Row>" + b"".join(b'<Col id="%s">%s</Col>' % column for column in columns) + b"</Row></Rows></Dataset></Root>"


def archive(number):
    """A ZIP archive with a list in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo("list.txt"), b"memo " + number + b"\n")
    return out.getvalue()


def value(name, body, kind=FORM, **more):
    return sent("odd values", name, body, kind, **more)


LONG = b"a line of words\n" * 6000

OTHERS = [
    *[sent("elements", name, body, XML) for name, body in {
        "halves far apart": lambda n: b"<r><jumin1>" + n[:6] + b"</jumin1>" + b"<x>abc</x>" * 90 + b"<jumin2>" + n[7:] + b"</jumin2></r>",
        "halves in the other order": lambda n: b"<r><jumin2>" + n[7:] + b"</jumin2><jumin1>" + n[:6] + b"</jumin1></r>",
        "columns of Nexacro": lambda n: row((b"JUMIN1", n[:6]), (b"JUMIN2", n[7:])),
        "columns of Nexacro, turned": lambda n: row((b"JUMIN2", n[7:]), (b"JUMIN1", n[:6])),
    }.items()],
    *[sent("texts of editors", name, body, JSON) for name, body in {
        "Quill": lambda n: b'{"ops":[{"insert":"' + n[:7] + b'"},{"attributes":{"bold":true},"insert":"' + n[7:] + b'\\n"}]}',
        "Slate": lambda n: b'[{"type":"p","children":[{"text":"' + n[:7] + b'"},{"text":"' + n[7:] + b'","bold":true}]}]',
        "ProseMirror, letter by letter": lambda n: b'{"type":"doc","content":[' + b",".join(
            b'{"type":"text","text":"%c"}' % byte for byte in n) + b"]}",
        "Lexical": lambda n: b'{"root":{"children":[{"format":0,"text":"' + n[:9] + b'","type":"text"},{"format":1,"text":"' + n[9:] + b'","type":"text"}]}}',
    }.items()],
    sent("texts of editors", "BBCode", lambda n: b"memo=" + quoted(b"[b]" + n[:7] + b"[/b]" + n[7:]), FORM),
    sent("texts of editors", "Markdown", lambda n: b"memo=" + quoted(b"**" + n[:6] + b"**-__" + n[7:] + b"__"), FORM),
    value("a token in a form", lambda n: b"memo=" + b".".join([url64(b'{"alg":"none"}'), url64(memo(n)), b""])),
    value("gzip in base64", lambda n: b"memo=" + quoted(b64(gzip.compress(b"memo " + n, mtime=0)))),
    value("bare deflate in base64", lambda n: memo(b64(zlib.compress(b"memo " + n)[2:-4])), JSON),
    value("EUC-KR in base64", lambda n: memo(b64("주민번호: ".encode("cp949") + n)), JSON),
    value("UTF-16 in base64", lambda n: memo(b64(n.decode().encode("utf-16"))), JSON),
    value("hexadecimal digits", lambda n: memo(binascii.hexlify(b"memo: " + n)), JSON),
    value("base64 twice", lambda n: b"memo=" + quoted(b64(b64(b"memo: " + n)))),
    value("an archive in JSON", lambda n: memo(b64(archive(n))), JSON),
    value("an archive in a data: address", lambda n: memo(b"data:application/zip;base64," + b64(archive(n))), JSON),
    value("an archive in a form", lambda n: b"memo=" + b64(archive(n)).replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D")),
    value("an archive in a field of parts", lambda n: parts(part(b64(archive(n)))), PLAIN),
    value("an archive in an element", lambda n: b'<?xml version="1.0"?><f>' + b64(archive(n)) + b"</f>", XML),
    value("an archive that is no file", lambda n: parts(part(archive(n))), PLAIN),
    value("a long list in base64", lambda n: memo(b64(LONG + n + b"\n")), JSON),
    value("halves under names that say nothing", lambda n: b"a=%s&b=%s" % halves(n)),
    Case("odd values", "a token in the query", lambda s: [get(s, s.path() + b"?t=" + b".".join([url64(b"{}"), url64(memo(s.number)), b"x"]))]),
    # What sites upload must still pass where there is nothing in it.
    value("a document in JSON", lambda n: b'{"memo":"' + n + b'","data":"' + b64(archive(b"a")) + b'"}', JSON, plain=True),
    value("a picture in JSON", lambda n: b'{"memo":"' + n + b'","data":"data:image/png;base64,' + b64(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 300) + b'"}', JSON, plain=True),
    value("a state of JSF", lambda n: b"memo=" + n + b"&javax.faces.ViewState=" + base64.b64encode(gzip.compress(
        b"\xac\xed\0\x05ur\0\x13[Ljava.lang.Object;\x90\xce" * 9, mtime=0)).replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D"), plain=True),
]

CASES = [case for first, second in NAMES for case in pairs(first, second)] + OTHERS
