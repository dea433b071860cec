"""Halves under the names that sites have for them, and values in places that today's upload and query protocols decode."""

import base64
import json as plain_json

from case import FORM, Case, field, get, head, post, quoted
from cases.bodies import JSON, XML, sent
from cases.multiparts import PLAIN, part, parts


def halves(number):
    return number[:6], number[7:]


def of_form(name, body):
    return sent("halves by name", name, lambda n: body % halves(n), FORM)


def of_json(name, body):
    return sent("halves by name", name, lambda n: body.replace(b"<1>", n[:6]).replace(b"<2>", n[7:]), JSON)


NAMES = [
    of_form("front and back in brackets", b"jumin[front]=%s&jumin[back]=%s"),
    of_form("first and last", b"ssnFirst=%s&ssnLast=%s"),
    of_form("pre and post", b"jumin_pre=%s&jumin_post=%s"),
    of_form("noughts", b"jumin_01=%s&jumin_02=%s"),
    of_form("left and right", b"rrnLeft=%s&rrnRight=%s"),
    of_form("an array with the later first", b"j[0]=x&jumin[0]=%s&jumin[1]=%s"),
    of_form("blanks in the value", b"jumin1=+%s+&jumin2=+%s+"),
    of_form("in capitals", b"JUMIN1=%s&jumin2=%s"),
    of_form("Korean names", b"%%EC%%A3%%BC%%EB%%AF%%BC1=%s&%%EC%%A3%%BC%%EB%%AF%%BC2=%s"),
    of_json("an object of two", b'{"jumin":{"front":"<1>","back":"<2>"}}'),
    of_json("an array of strings", b'{"jumin":["<1>","<2>"]}'),
    of_json("name and value of each", b'[{"name":"jumin1","value":"<1>"},{"name":"jumin2","value":"<2>"}]'),
    of_json("keys that say first and last", b'{"ssnFirst":"<1>","ssnLast":"<2>"}'),
    of_json("far apart", b'{"jumin1":"<1>",' + b'"a":"b",' * 200 + b'"jumin2":"<2>"}'),
    sent("halves by name", "elements in one", lambda n: b"<jumin><front>%s</front><back>%s</back></jumin>" % halves(n), XML),
    sent("halves by name", "parts far apart", lambda n: parts(part(n[:6], b'form-data; name="jumin1"'),
         part(b"x" * 2000, b'form-data; name="t"'), part(n[7:], b'form-data; name="jumin2"')), PLAIN),
    Case("halves by name", "in the query and in parts", lambda s: [post(s, parts(part(s.number[7:], b'form-data; name="jumin2"')), PLAIN,
         target=s.path() + b"?jumin1=" + s.number[:6])]),
    Case("halves by name", "in the query and in JSON", lambda s: [post(s, b'{"jumin2":"' + s.number[7:] + b'"}', JSON,
         target=s.path() + b"?jumin1=" + s.number[:6])]),
]


def fields(name, more):
    return Case("values in heads", name, lambda s: [get(s, more=more(s))])


HEADS = [
    fields("Upload-Metadata of tus", lambda s: [b"Upload-Metadata: filename YS50eHQ=,memo " + base64.b64encode(s.number)]),
    fields("base64 in a field of its own", lambda s: [b"X-Memo: " + base64.b64encode(b"memo " + s.number)]),
    fields("base64 of JSON", lambda s: [b"X-Dropbox-Api-Arg: " + base64.b64encode(plain_json.dumps({"memo": s.number.decode()}).encode())]),
    fields("an object in a field", lambda s: [b'X-Api-Arg: {"memo":"' + b"".join(b"\\u%04x" % byte for byte in s.number) + b'"}']),
    fields("structured: bytes", lambda s: [b"X-Memo: :" + base64.b64encode(b"memo " + s.number) + b":"]),
    fields("an extended name of a file", lambda s: [b"Content-Disposition: attachment; filename*=UTF-8''" + quoted(s.number)]),
    fields("Link", lambda s: [b"Link: <https://x/" + quoted(s.number) + b">; rel=x"]),
    fields("X-HTTP-Method-Override", lambda s: [b"X-HTTP-Method-Override: " + s.number]),
]

DIGITS = [
    sent("between the digits", name, lambda n, between=between: b"memo=" + n[:9] + between + n[9:], FORM) for name, between in {
        "a NUL": b"%00", "a tab": b"%09", "a backspace": b"%08",
        "a soft hyphen": b"%C2%AD", "a comment of HTML": b"%3C!--%20--%3E", "a comment of C": b"/**/", "a comma": b",",
        "two blanks": b"++", "an escaped blank": b"%2520", "a plus": b"%2B", "a backslash": b"%5C", "a quote": b"%27",
        "an underscore": b"_", "a combining mark": b"%CC%B2", "a tag of language": b"%F3%A0%81%A1", "an empty element": b"%3Cb/%3E",
    }.items()
] + [
    sent("between the digits", "thousands", lambda n: b"memo=9,001,01" + n[5:6] + b"," + n[7:10] + b"," + n[10:13] + n[13:], FORM),
    sent("between the digits", "in one, thousands", lambda n: b"memo=" + b",".join([(n[:6] + n[7:])[:1], (n[:6] + n[7:])[1:4], (n[:6] + n[7:])[4:7],
         (n[:6] + n[7:])[7:10], (n[:6] + n[7:])[10:]]), FORM),
]

CASES = [*NAMES, *HEADS, *DIGITS]
