"""What the literature of 2023 to 2026 has added, and the ways in which today's programs send things: GraphQL, data within
JSON, gRPC-Web, numbers as programs write them, pieces of a value in several fields of a head, methods beyond POST."""

import base64
import json as plain_json
import struct
import zlib

from case import FORM, Case, chunked, field, get, head, post, quoted, smuggled, url, wide
from cases import multiparts
from cases.bodies import JSON, XML, escaped, memo, sent
from cases.framing import TYPE
from cases.multiparts import PLAIN, part, parts


def digits(number):
    return number.replace(b"-", b"")


def b64(text):
    return base64.b64encode(text)


def url64(text):
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def halves(number):
    return number[:6], number[7:]


def numeral(name, write, kind=JSON):
    return sent("numbers of programs", name, lambda n: b'{"memo":' + write(digits(n)) + b"}", kind)


NUMERALS = [
    numeral("a big exponent", lambda d: d + b"0" * 9 + b"e-9"),
    numeral("nought before the point", lambda d: b"0." + d + b"e13"),
    numeral("an exponent in capitals with a plus", lambda d: d[:1] + b"." + d[1:] + b"E+12"),
    numeral("an exponent with noughts", lambda d: d[:1] + b"." + d[1:] + b"e0012"),
    numeral("an exponent of nought", lambda d: d + b"e0"),
    numeral("a point inside", lambda d: d[:7] + b"." + d[7:] + b"e6"),
    numeral("many noughts behind the point", lambda d: d + b"." + b"0" * 30),
    numeral("a minus", lambda d: b"-" + d),
    numeral("a plus", lambda d: b"+" + d, b"application/json5"),
    numeral("an n behind", lambda d: d + b"n"),
    numeral("in an object of MongoDB", lambda d: b'{"$numberLong":"' + d + b'"}'),
    numeral("noughts before", lambda d: b"000" + d),
    numeral("an array of two numbers", lambda d: b"[" + d[:6] + b"," + d[6:] + b"]"),
    numeral("an array of digits", lambda d: b"[" + b",".join(d[at:at + 1] for at in range(len(d))) + b"]"),
    numeral("two keys that belong together", lambda d: b'0,"jumin1":' + d[:6] + b',"jumin2":' + d[6:]),
    numeral("two keys, strings", lambda d: b'0,"jumin1":"' + d[:6] + b'","jumin2":"' + d[6:] + b'"'),
    numeral("two keys, in the other order", lambda d: b'0,"jumin2":"' + d[6:] + b'","jumin1":"' + d[:6] + b'"'),
]


def graph(name, query, variables=b"{}", kind=JSON):
    return sent("GraphQL", name, lambda n: b'{"query":"' + query(n) + b'","variables":' + (
        variables(n) if callable(variables) else variables) + b"}", kind)


GRAPHQL = [
    graph("a variable", lambda n: b"mutation($m:String){post(memo:$m){id}}", lambda n: b'{"m":"' + n + b'"}'),
    graph("a string in the query", lambda n: b'mutation{post(memo:\\"' + n + b'\\"){id}}'),
    graph("escapes in the string", lambda n: b'mutation{post(memo:\\"' + escaped(n).replace(b"\\", b"\\\\") + b'\\"){id}}'),
    graph("a block string", lambda n: b'mutation{post(memo:\\"\\"\\"\\n' + n + b'\\n\\"\\"\\"){id}}'),
    graph("a number", lambda n: b"mutation{post(memo:" + digits(n) + b"){id}}"),
    sent("GraphQL", "the query alone", lambda n: b'mutation{post(memo:"' + n + b'"){id}}', b"application/graphql"),
    sent("GraphQL", "the query alone, escapes", lambda n: b'mutation{post(memo:"' + escaped(n) + b'"){id}}', b"application/graphql"),
    Case("GraphQL", "in the address", lambda s: [get(s, s.path() + b"?query=" + url('{post(memo:"%s")}' % s.number.decode())
         + b"&variables=" + url(plain_json.dumps({"m": "x"})))]),
    Case("GraphQL", "escapes in variables in the address", lambda s: [get(s, s.path() + b"?variables=" + quoted(memo(escaped(s.number))))]),
    sent("GraphQL", "a batch", lambda n: b'[{"query":"{a}"},{"query":"{b}","variables":{"m":"' + escaped(n) + b'"}}]', JSON),
    sent("GraphQL", "an upload (multipart of the request spec)", lambda n: parts(
        part(b'{"query":"mutation($f:Upload!){up(f:$f)}","variables":{"f":null,"m":"' + escaped(n) + b'"}}', b'form-data; name="operations"'),
        part(b'{"0":["variables.f"]}', b'form-data; name="map"'), part(b"x", b'form-data; name="0"; filename="a.txt"',
        [b"Content-Type: text/plain"])), PLAIN),
]

DATA = [
    sent("data in JSON", "base64 in a string", lambda n: memo(b64(b"memo " + n)), JSON),
    sent("data in JSON", "base64 of a whole file", lambda n: b'{"name":"a.txt","content":"' + b64(b"list\n" + n + b"\n" * 20) + b'"}', JSON),
    sent("data in JSON", "base64url", lambda n: memo(url64(b"memo: " + n + b"??>>")), JSON),
    sent("data in JSON", "a data: address", lambda n: memo(b"data:text/plain;base64," + b64(n + b" and some more")), JSON),
    sent("data in JSON", "a data: address in escapes", lambda n: memo(b"data:text/plain," + quoted(n)), JSON),
    sent("data in JSON", "base64 in a field of a form", lambda n: b"memo=" + quoted(b64(b"memo " + n)), FORM),
    sent("data in JSON", "base64url in a field of a form", lambda n: b"memo=" + url64(b"memo: " + n + b"??>>"), FORM),
    sent("data in JSON", "base64 in JSON in a field of a form", lambda n: b"data=" + quoted(memo(b64(b"memo " + n))), FORM),
    sent("data in JSON", "base64 in an element", lambda n: b"<m>" + b64(b"memo " + n) + b"</m>", XML),
    sent("data in JSON", "a JSON Web Token", lambda n: memo(b".".join([url64(b'{"alg":"none"}'), url64(memo(n)), b""])), JSON),
    sent("data in JSON", "JSON, as text in JSON, twice", lambda n: plain_json.dumps({"a": plain_json.dumps({"b": plain_json.dumps(
        {"memo": n.decode()}).replace("9", "\\u0039")})}).encode(), JSON),
]


def lines(name, body, kind):
    return sent("bodies of programs", name, body, kind)


BODIES = [
    lines("lines of JSON", lambda n: b'{"a":1}\n' + memo(escaped(n)) + b"\n", b"application/x-ndjson"),
    lines("a sequence of JSON", lambda n: b'\x1e{"a":1}\n\x1e' + memo(escaped(n)) + b"\n", b"application/json-seq"),
    lines("a patch", lambda n: b'[{"op":"replace","path":"/memo","value":"' + escaped(n) + b'"}]', b"application/json-patch+json"),
    lines("YAML, escapes", lambda n: b'memo: "' + b"".join(b"\\x%02x" % byte for byte in n) + b'"\n', b"application/yaml"),
    lines("YAML, folded", lambda n: b'memo: "' + n[:7] + b"\\\n  " + n[7:] + b'"\n', b"application/yaml"),
    lines("YAML, binary", lambda n: b"memo: !!binary |\n  " + b64(b"memo " + n) + b"\n", b"application/yaml"),
    lines("gRPC-Web", lambda n: b"\0" + struct.pack(">I", len(n) + 2) + b"\x0a" + bytes([len(n)]) + n, b"application/grpc-web+proto"),
    lines("gRPC-Web as text", lambda n: b64(b"\0" + struct.pack(">I", len(n) + 2) + b"\x0a" + bytes([len(n)]) + n),
          b"application/grpc-web-text+proto"),
    lines("base64 as a whole", lambda n: b64(b"memo: " + n + b" and so on"), b"text/plain"),
    lines("a data: address as a whole", lambda n: b"data:text/plain;base64," + b64(b"memo: " + n), b"text/plain"),
    lines("MessagePack", lambda n: b"\x81\xa4memo" + bytes([0xA0 | len(n)]) + n, b"application/msgpack"),
    lines("MessagePack, a number", lambda n: b"\x81\xa4memo\xcf" + struct.pack(">Q", int(digits(n))), b"application/msgpack"),
    lines("CBOR", lambda n: b"\xa1dmemo" + bytes([0x60 | len(n)]) + n, b"application/cbor"),
    lines("CBOR, no type of its own", lambda n: b"\xa1dmemo" + bytes([0x60 | len(n)]) + n, b"text/plain"),
    lines("multipart/mixed", lambda n: parts(part(n, None, [b"Content-Type: text/plain"])), b"multipart/mixed; boundary=" + multiparts.B),
    lines("multipart/related, base64", lambda n: parts(part(b64(n), None, [b"Content-Type: text/plain",
          b"Content-Transfer-Encoding: base64"])), b"multipart/related; boundary=" + multiparts.B),
    lines("multipart/byteranges", lambda n: parts(part(n, None, [b"Content-Range: bytes 0-13/14"])),
          b"multipart/byteranges; boundary=" + multiparts.B),
    lines("a request in a request", lambda n: b"POST /memo HTTP/1.1\r\nHost: x\r\nContent-Length: 19\r\n\r\nmemo=" + quoted(n), b"message/http"),
    lines("SOAP with an escaped document", lambda n: b"<e><b>&lt;m&gt;" + b"".join(b"&amp;#%d;" % byte for byte in n) + b"&lt;/m&gt;</b></e>",
          b"text/xml; charset=utf-8"),
    lines("XML 1.1", lambda n: b'<?xml version="1.1"?><m>' + b"".join(b"&#%d;" % byte for byte in n) + b"</m>", XML),
    lines("XML-RPC", lambda n: b"<methodCall><params><param><value><i8>" + digits(n) + b"</i8></value></param></params></methodCall>", XML),
    lines("two elements that belong together", lambda n: b"<m><jumin1>" + n[:6] + b"</jumin1><jumin2>" + n[7:] + b"</jumin2></m>", XML),
    lines("two attributes that belong together", lambda n: b'<m jumin1="' + n[:6] + b'" jumin2="' + n[7:] + b'"/>', XML),
]

MORE_FORMS = [
    *[sent("forms of frameworks", name, body, FORM) for name, body in {
        "escapes three times": lambda n: field(quoted(quoted(quoted(n)))),
        "JSON with escapes": lambda n: b"data=" + quoted(memo(escaped(n))),
        "JSON with escapes, escapes twice": lambda n: b"data=" + quoted(quoted(memo(escaped(n)))),
        "entities twice": lambda n: field(quoted(b"".join(b"&amp;#%d;" % byte for byte in n))),
        "halves as an array": lambda n: b"jumin[]=%s&jumin[]=%s" % halves(n),
        "halves with numbers": lambda n: b"jumin[0]=%s&jumin[1]=%s" % halves(n),
        "halves, dots in the names": lambda n: b"jumin.1=%s&jumin.2=%s" % halves(n),
        "halves, a bracket that PHP makes an underscore": lambda n: b"jumin[1=%s&jumin_2=%s" % halves(n),
        "halves, a space that PHP makes an underscore": lambda n: b"jumin+1=%s&jumin_2=%s" % halves(n),
        "halves, escapes in the names": lambda n: b"%%6aumin1=%s&%%6aumin2=%s" % halves(n),
        "halves far apart": lambda n: b"jumin1=" + n[:6] + b"&" + b"a=b&" * 300 + b"jumin2=" + n[7:],
        "halves in quotes": lambda n: b'jumin1="%s"&jumin2="%s"' % halves(n),
        "Struts' names": lambda n: b"user.jumin1=%s&user.jumin2=%s" % halves(n),
        "a checkbox's value": lambda n: quoted(n) + b"=on",
        "a line of text/plain": lambda n: b"memo=" + n + b"\r\n",
    }.items()],
    Case("forms of frameworks", "halves in query and form", lambda s: [post(s, b"jumin2=" + s.number[7:],
         target=s.path() + b"?jumin1=" + s.number[:6])]),
    Case("forms of frameworks", "halves as an array in the query", lambda s: [get(s, s.path() + b"?jumin[]=%s&jumin[]=%s" % halves(s.number))]),
    Case("forms of frameworks", "matrix parameters", lambda s: [get(s, s.path() + b";jumin1=%s;jumin2=%s" % halves(s.number))]),
    Case("forms of frameworks", "escapes three times in the path", lambda s: [get(s, s.path() + b"/" + quoted(quoted(quoted(s.number))))]),
    *[sent("parts of frameworks", name, body, PLAIN) for name, body in {
        "name*0": lambda n: parts(part(n, b'form-data; name*0="me"; name*1="mo"')),
        "spaces in the name": lambda n: parts(part(n, b'form-data; name=" memo "')),
        "a name with a bracket": lambda n: parts(part(n, b'form-data; name="memo["')),
        "spaces before the equals sign": lambda n: parts(part(n, b'form-data; name ="memo"')),
        "halves in two parts": lambda n: parts(part(n[:6], b'form-data; name="jumin1"'), part(n[7:], b'form-data; name="jumin2"')),
        "halves in an array": lambda n: parts(part(n[:6], b'form-data; name="jumin[]"'), part(n[7:], b'form-data; name="jumin[]"')),
        "binary": lambda n: parts(part(n, multiparts.MEMO, [b"Content-Transfer-Encoding: binary"])),
        "a coding of nobody": lambda n: parts(part(b64(n), multiparts.MEMO, [b"Content-Transfer-Encoding: x-b64"])),
        "JSON part with escapes": lambda n: parts(part(memo(escaped(n)), multiparts.MEMO, [b"Content-Type: application/json"])),
        "XML part with references": lambda n: parts(part(b"<m>" + b"".join(b"&#%d;" % byte for byte in n) + b"</m>", multiparts.MEMO,
            [b"Content-Type: text/xml"])),
        "a form part": lambda n: parts(part(b"memo=" + quoted(n), multiparts.MEMO, [b"Content-Type: " + FORM])),
        "base64 in a field": lambda n: parts(part(b64(b"memo " + n))),
        "a file without a type": lambda n: parts(part(quoted(n), b'form-data; name="f"; filename="a.url"')),
        "a BOM of UTF-16 in a field": lambda n: parts(part(n.decode().encode("utf-16"))),
        "UTF-16 in a field": lambda n: parts(part(n.decode().encode("utf-16-be"))),
        "UTF-32 in a field": lambda n: parts(part(n.decode().encode("utf-32-le"))),
    }.items()],
]


def method(name, more=(), body=lambda s: field(s.number), kind=FORM):
    return Case("methods", name.decode(), lambda s: [post(s, body(s), kind, more, method=name)])


METHODS = [
    *[method(name) for name in (b"PATCH", b"DELETE", b"PROPFIND", b"REPORT", b"QUERY", b"SEARCH", b"MKCALENDAR", b"TRACE", b"get")],
    Case("methods", "PROPPATCH, a property", lambda s: [post(s, b"<propertyupdate><set><prop><memo>" + s.number
         + b"</memo></prop></set></propertyupdate>", b"text/xml", method=b"PROPPATCH")]),
    Case("methods", "MOVE to a number", lambda s: [head(s, b"MOVE", more=[b"Destination: https://x/" + quoted(s.number)]) + b"\r\n"]),
    Case("methods", "an override in the form", lambda s: [post(s, b"_method=GET&" + field(s.number))]),
]


def fields(name, more):
    return Case("pieces in heads", name, lambda s: [get(s, more=more(s))])


HEADS = [
    fields("halves in one field of cookies", lambda s: [b"Cookie: jumin1=%s; jumin2=%s" % halves(s.number)]),
    fields("halves in two fields of cookies", lambda s: [b"Cookie: jumin1=" + s.number[:6], b"Cookie: jumin2=" + s.number[7:]]),
    fields("halves in two fields", lambda s: [b"X-Jumin1: " + s.number[:6], b"X-Jumin2: " + s.number[7:]]),
    fields("halves in a field twice", lambda s: [b"X-Memo: " + s.number[:6], b"X-Memo: " + s.number[7:]]),
    fields("halves in a field, a comma between", lambda s: [b"X-Memo: " + s.number.replace(b"-", b", ")]),
    fields("JSON in a cookie", lambda s: [b"Cookie: memo=" + quoted(memo(escaped(s.number)))]),
    fields("base64 in a cookie", lambda s: [b"Cookie: memo=" + b64(b"memo: " + s.number)]),
    fields("a token in a cookie", lambda s: [b"Cookie: memo=" + b".".join([url64(b'{"alg":"none"}'), url64(memo(s.number)), b"x"])]),
    fields("a bearer's token", lambda s: [b"Authorization: Bearer " + b".".join([url64(b'{"alg":"none"}'), url64(memo(s.number)), b"x"])]),
    fields("Digest", lambda s: [b'Authorization: Digest username="' + s.number + b'", realm="x"']),
    fields("Slug", lambda s: [b"Slug: " + quoted(s.number)]),
    fields("X-File-Name", lambda s: [b"X-File-Name: " + quoted(wide(s.number).encode())]),
    fields("an extended value", lambda s: [b"X-Memo: a=b; memo*=UTF-8''" + quoted(s.number)]),
    fields("an encoded word", lambda s: [b"Subject: " + multiparts.word(s.number)]),
]

FRAMING = [
    Case("0.CL of 2025", "length behind a space, early answer", lambda s: [head(s, b"GET", more=[TYPE, b"Content-Length : %d" % len(smuggled(s))])
         + b"\r\n" + smuggled(s)]),
    Case("0.CL of 2025", "a folded length", lambda s: [head(s, more=[TYPE, b"Content-Length:\r\n %d" % len(smuggled(s))]) + b"\r\n" + smuggled(s)]),
    *[Case("Expect of 2025", name, lambda s, line=line: [head(s, more=[TYPE, line, b"Content-Length: %d" % len(smuggled(s))]) + b"\r\n", 0.2,
           smuggled(s)]) for name, line in {
        "a word before": b"Expect: y 100-continue",
        "capitals": b"Expect: 100-CONTINUE",
        "a line of its own before": b"Expect:\r\n 100-continue",
        "obs-text": b"Expect: 100-continue\xa0",
        "a comma": b"Expect: 100-continue, x",
    }.items()],
    Case("Expect of 2025", "on a GET with a request as its body", lambda s: [head(s, b"GET", more=[
         b"Expect: 100-continue", b"Content-Length: %d" % len(smuggled(s))]) + b"\r\n" + smuggled(s)]),
    *[Case("chunks of 2025", name, lambda s, body=body: [head(s, more=[TYPE, b"Transfer-Encoding: chunked"]) + b"\r\n" + body(s)])
      for name, body in {
        "a CR ends an extension": lambda s: b"2;\rxx\r\n39\r\n0\r\n\r\n" + smuggled(s),
        "an LF ends an extension": lambda s: b"2;\nxx\r\n50\r\n0\r\n\r\n" + smuggled(s),
        "LF, then the size": lambda s: b"3\na=b\r\n" + b"0\r\n\r\n" + smuggled(s),
        "two bytes behind the data": lambda s: b"3\r\na=bXX" + b"%x\r\n" % len(smuggled(s)) + smuggled(s) + b"\r\n0\r\n\r\n",
        "one byte behind the data": lambda s: b"3\r\na=b\n" + b"%x\r\n" % len(smuggled(s)) + smuggled(s) + b"\r\n0\r\n\r\n",
        "a quote that does not end": lambda s: b'3;a="\r\na=b\r\n0;"\r\n\r\n' + smuggled(s),
        "a tab in the size": lambda s: b"3\t\r\na=b\r\n" + b"0\r\n\r\n" + smuggled(s),
        "the size in full width": lambda s: "３".encode() + b"\r\na=b\r\n" + b"0\r\n\r\n" + smuggled(s),
    }.items()],
    *[Case("coding of 2025", name, lambda s, line=line: [head(s, more=[TYPE, line]) + b"\r\n" + chunked(quoted(field(s.number)))])
      for name, line in {
        "obs-text before": b"Transfer-Encoding: \xffchunked",
        "obs-text behind": b"Transfer-Encoding: chunked\x85",
        "a semicolon behind": b"Transfer-Encoding: chunked;",
        "a colon more": b"Transfer-Encoding:: chunked",
        "a name in quotes": b'"Transfer-Encoding": chunked',
        "a dot in the name": b"Transfer.Encoding: chunked",
    }.items()],
    Case("Connection of 2025", "names Cookie and a field of the number", lambda s: [get(s, more=[
         b"Connection: close, X-Memo, X-Forwarded-For", b"X-Memo: " + s.number])]),
    Case("content codings", "deflate twice", lambda s: [post(s, zlib.compress(zlib.compress(field(s.number))),
         more=[b"Content-Encoding: deflate, deflate"])]),
    Case("content codings", "deflate in a field of a form", lambda s: [post(s, b"memo=" + quoted(b64(zlib.compress(s.number + b" " * 40))))]),
]

CASES = [*NUMERALS, *GRAPHQL, *DATA, *BODIES, *MORE_FORMS, *METHODS, *HEADS, *FRAMING]
