"""Odd heads: the request line, Host, line ends, field names, and fields that carry the number themselves."""

import base64

from case import FORM, Case, field, get, head, post, quoted, smuggled, wide


def line(name, build, group="request line"):
    return Case(group, name, build)


def in_field(name, make, **more):
    """The number in a field of the head."""
    return Case("number in a head field", name, lambda s: [get(s, more=[make(s)])], **more)


def with_head(group, name, more, **flags):
    """A plain post with more lines in its head."""
    return Case(group, name, lambda s: [post(s, field(s.number), more=more(s))], **flags)


def raw_lines(group, name, build):
    """A head of our own writing; `build` gives it up to and with the empty line, the body is a plain form."""
    return Case(group, name, lambda s: [build(s, len(field(s.number))) + field(s.number)])


def path_query(s):
    return s.path() + b"?memo=" + s.number


REQUEST_LINE = [
    Case("plain", "GET with a query", lambda s: [get(s, path_query(s))], plain=True),
    Case("plain", "POST of a form", lambda s: [post(s, field(s.number))], plain=True),
    line("two spaces", lambda s: [head(s, b"GET", b" " + path_query(s)) + b"\r\n"]),
    line("tabs", lambda s: [b"GET\t" + path_query(s) + b"\tHTTP/1.1\r\nHost: " + s.host + b"\r\n\r\n"]),
    line("HTTP/0.9", lambda s: [b"GET " + path_query(s) + b"\r\n"]),
    line("HTTP/1.0", lambda s: [head(s, b"GET", path_query(s), version=b"HTTP/1.0") + b"\r\n"]),
    line("HTTP/1.0 without Host", lambda s: [head(s, b"GET", path_query(s), version=b"HTTP/1.0", host=False) + b"\r\n"]),
    line("HTTP/1.2", lambda s: [head(s, b"GET", path_query(s), version=b"HTTP/1.2") + b"\r\n"]),
    line("HTTP/2.0", lambda s: [head(s, b"GET", path_query(s), version=b"HTTP/2.0") + b"\r\n"]),
    line("http/1.1 in lower case", lambda s: [head(s, b"GET", path_query(s), version=b"http/1.1") + b"\r\n"]),
    line("junk behind the version", lambda s: [head(s, b"GET", path_query(s), version=b"HTTP/1.1 x") + b"\r\n"]),
    line("a method of its own", lambda s: [post(s, field(s.number), method=b"SAVE")]),
    line("a method with the number", lambda s: [head(s, b"M" + s.number, s.path()) + b"\r\n"]),
    line("PUT", lambda s: [post(s, field(s.number), method=b"PUT")]),
    line("GET with a body", lambda s: [post(s, field(s.number), method=b"GET")]),
    line("HEAD with a body", lambda s: [post(s, field(s.number), method=b"HEAD")]),
    line("OPTIONS *", lambda s: [head(s, b"OPTIONS", b"*") + b"\r\n"]),
    line("TRACE", lambda s: [head(s, b"TRACE", path_query(s)) + b"\r\n"]),
    line("CONNECT", lambda s: [head(s, b"CONNECT", s.host) + b"\r\n" + smuggled(s)]),
    line("empty lines before it", lambda s: [b"\r\n\r\n" + get(s, path_query(s))]),
    line("bare line feeds before it", lambda s: [b"\n\n" + get(s, path_query(s))]),
]

TARGET = [
    Case("target", "absolute", lambda s: [get(s, b"http://" + s.host + path_query(s))]),
    Case("target", "absolute, another host", lambda s: [get(s, b"http://other.test" + path_query(s))]),
    Case("target", "absolute, with a user", lambda s: [get(s, b"http://" + s.number + b"@" + s.host + s.path())]),
    Case("target", "fragment", lambda s: [get(s, s.path() + b"#" + s.number)]),
    Case("target", "query in a fragment", lambda s: [get(s, s.path() + b"#?memo=" + s.number)]),
    Case("target", "raw EUC-KR", lambda s: [get(s, s.path() + b"?memo=" + wide(s.number).encode("cp949"))]),
    Case("target", "raw UTF-8", lambda s: [get(s, s.path() + b"?memo=" + wide(s.number).encode())]),
    Case("target", "in the path", lambda s: [get(s, s.path() + b"/" + s.number)]),
    Case("target", "in the path, as escapes", lambda s: [get(s, s.path() + b"/" + quoted(s.number))]),
    Case("target", "in the path, over two segments", lambda s: [get(s, s.path() + b"/" + s.number.replace(b"-", b"/"))]),
    Case("target", "in the path, an escaped slash", lambda s: [get(s, s.path() + b"/" + s.number.replace(b"-", b"%2F"))]),
    Case("target", "path parameter", lambda s: [get(s, s.path() + b";jsessionid=" + s.number)]),
    Case("target", "path parameter, as escapes", lambda s: [get(s, s.path() + b";a=" + quoted(s.number))]),
    Case("target", "dots", lambda s: [get(s, s.path() + b"/x/../" + s.number)]),
    Case("target", "number taken apart by dots", lambda s: [get(s, s.path() + b"/" + s.number[:7] + b"/../" + s.number[7:])]),
    Case("target", "backslashes", lambda s: [get(s, s.path() + b"\\" + s.number)]),
    Case("target", "NUL as an escape", lambda s: [get(s, s.path() + b"?memo=" + s.number[:3] + b"%00" + s.number[3:])]),
    Case("target", "bad escape", lambda s: [get(s, s.path() + b"?a=%&memo=" + quoted(s.number))]),
    Case("target", "two question marks", lambda s: [get(s, s.path() + b"?a=1?memo=" + quoted(s.number))]),
    Case("target", "brackets and quotes", lambda s: [get(s, s.path() + b"?memo[\"x\"]=" + s.number)]),
    Case("target", "escaped query mark", lambda s: [get(s, s.path() + b"%3Fmemo=" + quoted(s.number))]),
    Case("target", "semicolons in the query", lambda s: [get(s, s.path() + b"?a=1;memo=" + quoted(s.number))]),
    Case("target", "60 KB", lambda s: [get(s, s.path() + b"?a=" + b"x" * 60000 + b"&memo=" + s.number)]),
    Case("target", "7 KB", lambda s: [get(s, s.path() + b"?a=" + b"x" * 7000 + b"&memo=" + quoted(s.number))]),
]

HOST = [
    Case("Host", "none", lambda s: [head(s, b"GET", path_query(s), host=False) + b"\r\n"]),
    Case("Host", "twice", lambda s: [get(s, path_query(s), [b"Host: " + s.host])]),
    Case("Host", "twice, unlike", lambda s: [get(s, path_query(s), [b"Host: other.test"])]),
    Case("Host", "number as port and name", lambda s: [get(s, more=[b"X-Host: " + s.host], target=s.path()).replace(
        b"Host: " + s.host, b"Host: " + s.number + b".test", 1)]),
    Case("Host", "X-Forwarded-Host", lambda s: [get(s, more=[b"X-Forwarded-Host: " + s.number])]),
    Case("Host", "Forwarded", lambda s: [get(s, more=[b"Forwarded: for=" + s.number])]),
]


def bare(end, what):
    """Line ends of one kind at each place of the head."""
    tail = b"\r\n\r\n"
    return [
        raw_lines(f"bare {what}", "everywhere", lambda s, n: (b"POST " + s.path() + b" HTTP/1.1" + end + b"Host: " + s.host
                  + end + b"Content-Type: " + FORM + end + b"Content-Length: %d" % n + end + end)),
        raw_lines(f"bare {what}", "behind the request line", lambda s, n: (b"POST " + s.path() + b" HTTP/1.1" + end
                  + b"Host: " + s.host + b"\r\nContent-Type: " + FORM + b"\r\nContent-Length: %d" % n + tail)),
        raw_lines(f"bare {what}", "hides a second length", lambda s, n: head(s, more=[
                  b"Content-Type: " + FORM, b"X: x" + end + b"Content-Length: 0", b"Content-Length: %d" % n]) + b"\r\n"),
        Case(f"bare {what}", "hides a transfer coding", lambda s: [post(
             s, b"0\r\n\r\n" + smuggled(s), more=[b"X: x" + end + b"Transfer-Encoding: chunked"])]),
        Case(f"bare {what}", "splits the request", lambda s: [get(
             s, more=[b"X: x" + end + end + smuggled(s)])]),
        Case(f"bare {what}", "ends the head", lambda s: [head(s, b"GET").removesuffix(b"\r\n") + end + end + smuggled(s)]),
        Case(f"bare {what}", "in the target", lambda s: [get(
             s, s.path() + b" HTTP/1.1" + end + b"Host: x" + end + end + b"GET " + s.path("zz") + b"?memo=" + s.number)]),
        Case(f"bare {what}", "in a value with the number", lambda s: [get(s, more=[b"X: a" + end + s.number])]),
    ]


FIELDS = [
    with_head("folded lines", "the type", lambda s: [b"X: y\r\n folded"]),
    Case("folded lines", "the number", lambda s: [get(s, more=[b"X: " + s.number[:7] + b"\r\n " + s.number[7:]])]),
    Case("folded lines", "the type itself", lambda s: [post(s, quoted(field(s.number)), b"\r\n\t" + FORM)]),
    Case("folded lines", "the first line",
         lambda s: [head(s, b"GET", path_query(s)).replace(b"\r\nHost", b"\r\n X: y\r\nHost") + b"\r\n"]),
    *[with_head("control bytes", f"0x{byte:02x} in a value", lambda s, byte=byte: [b"X: a" + bytes([byte]) + b"b"])
      for byte in (0x00, 0x01, 0x0B, 0x0C, 0x1F, 0x7F)],
    *[with_head("control bytes", f"0x{byte:02x} in a name", lambda s, byte=byte: [b"X" + bytes([byte]) + b": b"])
      for byte in (0x00, 0x0B, 0x20, 0x28, 0x7F, 0xA0)],
    with_head("field names", "space before the colon", lambda s: [b"X : y"]),
    with_head("field names", "none", lambda s: [b": y"]),
    with_head("field names", "no colon", lambda s: [b"junk"]),
    with_head("field names", "underscores", lambda s: [b"Content_Length: 0", b"Transfer_Encoding: chunked"]),
    Case("field names", "the type with an underscore", lambda s: [post(s, field(s.number), None, [b"Content_Type: " + FORM])]),
    Case("field names", "space before the colon of the length", lambda s: [
         head(s, more=[b"Content-Type: " + FORM, b"Content-Length : %d" % len(field(s.number))]) + b"\r\n" + field(s.number)]),
    Case("field names", "the number", lambda s: [get(s, more=[b"X-" + s.number + b": y"])]),
    with_head("long heads", "99 fields", lambda s: [b"X-%d: y" % at for at in range(99)]),
    with_head("long heads", "300 fields", lambda s: [b"X-%d: y" % at for at in range(300)]),
    with_head("long heads", "70 KB", lambda s: [b"X: " + b"y" * 70000]),
    with_head("long heads", "700 KB", lambda s: [b"X: " + b"y" * 700000]),
    with_head("Expect", "100-continue", lambda s: [b"Expect: 100-continue"], plain=True),
    with_head("Expect", "twice", lambda s: [b"Expect: 100-continue", b"Expect: 100-continue"]),
    with_head("Expect", "something else", lambda s: [b"Expect: 200-ok"]),
    Case("Expect", "no body sent", lambda s: [head(s, more=[b"Expect: 100-continue", b"Content-Length: 400"]) + b"\r\n", 0.2,
         smuggled(s)]),
    Case("Expect", "on a GET", lambda s: [get(s, path_query(s), [b"Expect: 100-continue"])]),
    with_head("Connection", "names the length", lambda s: [b"Connection: close, Content-Length"]),
    with_head("Connection", "names the type", lambda s: [b"Connection: Content-Type"]),
    with_head("Connection", "names Host", lambda s: [b"Connection: Host"]),
    with_head("Connection", "names the coding", lambda s: [b"Connection: Content-Encoding", b"Content-Encoding: gzip"]),
    with_head("Connection", "Proxy-Connection", lambda s: [b"Proxy-Connection: keep-alive"]),
    with_head("Upgrade", "h2c", lambda s: [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
         b"HTTP2-Settings: AAMAAABkAAQAAP__"]),
    with_head("Upgrade", "websocket", lambda s: [b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
              b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]),
    Case("Upgrade", "HTTP/2 in the clear", lambda s: [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"]),
    with_head("method override", "X-HTTP-Method-Override", lambda s: [b"X-HTTP-Method-Override: GET"]),
]

CARRIERS = [
    in_field("Referer", lambda s: b"Referer: https://" + s.host + b"/list?id=" + s.number),
    in_field("Referer, as escapes", lambda s: b"Referer: https://" + s.host + b"/list?id=" + quoted(s.number)),
    in_field("Cookie", lambda s: b"Cookie: memo=" + s.number),
    in_field("Cookie, as escapes", lambda s: b"Cookie: memo=" + quoted(s.number)),
    in_field("Cookie, quoted", lambda s: b'Cookie: memo="' + s.number + b'"'),
    in_field("Cookie, backslashes", lambda s: b'Cookie: $Version=1; memo="' + b"".join(b"\\%c" % byte for byte in s.number) + b'"'),
    in_field("Cookie, octal", lambda s: b'Cookie: memo="' + b"".join(b"\\%03o" % byte for byte in s.number) + b'"'),
    Case("number in a head field", "Cookie, twice", lambda s: [get(s, more=[b"Cookie: a=b", b"Cookie: memo=" + s.number])]),
    in_field("User-Agent", lambda s: b"User-Agent: x " + s.number),
    in_field("a field of its own", lambda s: b"X-Memo: " + s.number),
    in_field("a field of its own, full width", lambda s: b"X-Memo: " + wide(s.number).encode()),
    in_field("Authorization, Basic", lambda s: b"Authorization: Basic " + base64.b64encode(b"user:" + s.number)),
    in_field("Authorization, a token", lambda s: b"Authorization: Bearer " + s.number),
    in_field("If-None-Match", lambda s: b'If-None-Match: "' + s.number + b'"'),
    in_field("Content-Type", lambda s: b"Content-Type: text/plain; name=" + s.number),
    in_field("Content-Disposition", lambda s: b'Content-Disposition: attachment; filename="' + s.number + b'"'),
    in_field("Accept-Language", lambda s: b"Accept-Language: " + s.number),
]

CASES = [*REQUEST_LINE, *TARGET, *HOST, *bare(b"\n", "LF"), *bare(b"\r", "CR"), *FIELDS, *CARRIERS]
