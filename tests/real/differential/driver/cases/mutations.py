"""Sound requests with a few bytes put in, taken out or doubled, always the same ones: what no list of tricks has thought of."""

import os
import random

from case import Case, chunked, get, head, post, quoted, smuggled, url, wide
from cases import multiparts
from cases.framing import TYPE

# Others are tried by hand: SEED=7 HOW_MANY=900 tests/real/differential/run --only mutations
SEED = int(os.environ.get("SEED", 20261122))
HOW_MANY = int(os.environ.get("HOW_MANY", 60))
MOST_CHANGES = 3

TOKENS = [b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\n\n", b"\0", b" ", b"\t", b"\x0b", b":", b";", b",", b"--", b'"', b"'", b"\\", b"%", b"&",
          b"=", b"+", b"0", b"1", b"a", b"\xff", b"\xa0", b"0\r\n\r\n", b"Content-Length: 0\r\n", b"Content-Length: 9\r\n",
          b"Transfer-Encoding: chunked\r\n", b"\r\n ", b"HTTP/1.1", b"\r\n--" + multiparts.B, b"--" + multiparts.B + b"--", b"\xef\xbb\xbf",
          b"Content-Type: text/plain\r\n", b"; charset=utf-16", b"Host: x\r\n", b"%25", b"\\u0000", b"{", b"]", b"/*", b"<!--", b"&#0;"]


def hidden(number):
    """The number as only a reader of forms finds it."""
    return quoted(number)


BASES = {
    "a form": lambda s: post(s, b"a=b&memo=" + hidden(s.number)),
    "full width": lambda s: post(s, b"a=b&memo=" + url(wide(s.number))),
    "chunks": lambda s: head(s, more=[TYPE, b"Transfer-Encoding: chunked"]) + b"\r\n" + chunked(b"a=b&memo=" + hidden(s.number), 9),
    "two requests": lambda s: post(s, b"a=b") + smuggled(s),
    "chunks, then a request": lambda s: head(s, more=[TYPE, b"Transfer-Encoding: chunked"]) + b"\r\n" + chunked(b"a=b") + smuggled(s),
    "a request in a body": lambda s: post(s, smuggled(s)),
    "a query": lambda s: get(s, s.path() + b"?a=b&memo=" + hidden(s.number)),
    "multipart": lambda s: post(s, multiparts.parts(multiparts.part(b"x"), multiparts.part(s.number, multiparts.FILE)), multiparts.PLAIN),
    "JSON": lambda s: post(s, b'{"a":["b"],"memo":"' + b"".join(b"\\u%04x" % byte for byte in s.number) + b'"}', b"application/json"),
    "XML": lambda s: post(s, b"<m><a>b</a>" + b"".join(b"&#%d;" % byte for byte in s.number) + b"</m>", b"text/xml"),
}


def changes(chance):
    """A few changes, each at a place that is a share of the length: it depends on no number."""
    return [(chance.random(), chance.choice(("in", "in", "out", "twice", "instead")), chance.choice(TOKENS), chance.randrange(1, 5))
            for _ in range(chance.randrange(1, MOST_CHANGES + 1))]


def changed(text, many):
    """The bytes after the changes. The tag stays readable, or nobody could tell whose request it was."""
    for place, how, token, length in many:
        at = int(place * len(text))
        old = text[at:at + length]
        if b"/w/" in text[max(0, at - 8):at + length + 8]:
            continue
        new = {"in": token + old, "out": b"", "twice": old + old, "instead": token}[how]
        text = text[:at] + new + text[at + length:]
    return text


def mutation(number, chance):
    """One of them."""
    base, many = chance.choice(list(BASES)), changes(chance)
    return Case("mutations", f"{number}: {base}", lambda s: [changed(BASES[base](s), many)])


def made():
    chance = random.Random(SEED)
    return [mutation(number, chance) for number in range(HOW_MANY)]


CASES = made()
