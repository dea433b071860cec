"""What people's browsers, old ones too, and programs send every day: without a number it must pass as it is, or all the
refusals of the other cases prove nothing."""

import urllib.parse

import frames
from case import FORM, Case, fields2, get, post, quoted
from cases import multiparts
from cases.multiparts import part, parts

KOREAN = "김가람 100% 확인 & 제출; a=b"
FIREFOX = b"---------------------------735323031399963166993862150"
OLD_IE = b"---------------------------7d93b1f2a0c4e"


def korean(codec):
    """Korean text as a browser writes it into a form in that charset, the number behind it."""
    return lambda s: b"title=" + urllib.parse.quote_plus(KOREAN.encode(codec)).encode() + b"&memo=" + s.number


def form(name, body, kind=FORM, more=()):
    return Case("ordinary", name, lambda s: [post(s, body(s), kind, more)], plain=True)


def upload(name, boundary, body, kind=b""):
    """A multipart form under a browser's own boundary."""
    return form(name, body, b"multipart/form-data; boundary=" + boundary + kind)


def file(name, content, field=b"file"):
    return part(content, b'form-data; name="' + field + b'"; filename="' + name + b'"', [b"Content-Type: text/plain"])


CASES = [
    form("Korean in UTF-8", korean("utf-8")),
    form("Korean in EUC-KR", korean("cp949")),
    form("Korean in EUC-KR, said", korean("cp949"), FORM + b"; charset=EUC-KR"),
    form("Korean in UTF-8, said by jQuery", korean("utf-8"), FORM + b"; charset=UTF-8"),
    form("charset in small letters", korean("utf-8"), FORM + b";charset=utf-8"),
    form("no space behind the semicolon, quotes", korean("utf-8"), FORM + b';charset="utf-8"'),
    form("ks_c_5601-1987", korean("cp949"), FORM + b"; charset=ks_c_5601-1987"),
    form("empty values and names of arrays", lambda s: b"a=&b[]=1&b[]=2&c%5Bx%5D=&memo=" + s.number + b"&d"),
    form("view state", lambda s: b"__VIEWSTATE=%2FwEPDwUKMTY1NDU2MTA1MmRk%2B%3D%3D&memo=" + s.number),
    form("a URL in a value", lambda s: b"u=" + quoted(b"https://a.test/?x=1&y=%41") + b"&memo=" + s.number),
    form("line ends in a value", lambda s: b"memo=a%0D%0Ab%0D%0A" + s.number),
    upload("Firefox, a file and fields", FIREFOX, lambda s: parts(
        part("제목".encode(), b'form-data; name="title"'), file("명단.txt".encode(), s.number), boundary=FIREFOX)),
    upload("old IE, a path in EUC-KR", OLD_IE, lambda s: parts(
        file("C:\\내 문서\\명단.txt".encode("cp949"), s.number), boundary=OLD_IE)),
    upload("no file chosen", FIREFOX, lambda s: parts(
        part(b"", b'form-data; name="file"; filename=""', [b"Content-Type: application/octet-stream"]), part(s.number),
             boundary=FIREFOX)),
    upload("an empty file", FIREFOX, lambda s: parts(file(b"a.txt", b""), part(s.number), boundary=FIREFOX)),
    upload("two files under one name", FIREFOX, lambda s: parts(
        file(b"a.txt", b"x", b"files[]"), file(b"b.txt", s.number, b"files[]"), boundary=FIREFOX)),
    upload("charset behind the boundary", FIREFOX, lambda s: parts(part(s.number), boundary=FIREFOX), b"; charset=UTF-8"),
    upload("a quote in the file's name", FIREFOX, lambda s: parts(file(b"a%22b.txt", s.number), boundary=FIREFOX)),
    upload("dashes and the like in text", FIREFOX, lambda s: parts(part(b"--\r\n----\r\n-- " + s.number), boundary=FIREFOX)),
    form("curl", lambda s: parts(part(s.number), boundary=b"------------------------d74496d66958873e"),
         b"multipart/form-data; boundary=------------------------d74496d66958873e"),
    form("JSON with its charset", lambda s: b'{"memo":"' + s.number + b'","a":[1,2.5,true,null,"\\/\\n\\u00e9"]}',
         b"application/json; charset=utf-8"),
    form("JSON from fetch without a type of its own", lambda s: b'{"memo":"' + s.number + b'"}', b"text/plain;charset=UTF-8"),
    form("SOAP", lambda s: b'<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><m a="1">'
         + s.number + b"</m></e:Body></e:Envelope>", b"text/xml; charset=utf-8", [b'SOAPAction: ""']),
    form("XML in EUC-KR", lambda s: b'<?xml version="1.0" encoding="euc-kr"?><m>' + "김가람 ".encode("cp949") + s.number + b"</m>",
         b"text/xml; charset=euc-kr"),
    Case("ordinary", "an old link in EUC-KR", lambda s: [get(s, s.path() + b"?q=" + "김가람".encode("cp949") + s.number)], plain=True),
    Case("ordinary", "cookies and the fields of a browser", lambda s: [get(s, s.path() + b"?memo=" + s.number, [
        b"Cookie: PHPSESSID=abcdef; a=b", b"User-Agent: Mozilla/5.0 (Windows NT 10.0)", b"Accept: text/html,*/*;q=0.8",
        b"Accept-Encoding: gzip, deflate, br", b"Upgrade-Insecure-Requests: 1", b"Referer: https://" + s.host + b"/list"])],
             plain=True),
    Case("ordinary", "HTTP/2, cookies in crumbs", lambda s: frames.request(fields2(s, b"GET", s.path() + b"?memo=" + s.number, [
        (b"cookie", b"a=b"), (b"cookie", b"c=d")])), h2=True,
             downgraded=lambda s: [get(s, s.path() + b"?memo=" + s.number, [b"Cookie: a=b; c=d"])], plain=True),
    Case("ordinary", "HTTP/2, a large upload", lambda s: frames.request(fields2(s, more=[(b"content-type", multiparts.PLAIN)]),
         parts(file(b"a.txt", b"x" * 40_000), part(s.number))), h2=True,
         downgraded=lambda s: [post(s, parts(file(b"a.txt", b"x" * 40_000), part(s.number)), multiparts.PLAIN)], plain=True),
]
