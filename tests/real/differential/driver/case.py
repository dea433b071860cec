"""What a case is, and the words that cases are written in."""

import urllib.parse
from dataclasses import dataclass
from typing import Callable

FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Spot:
    """Where a case is sent, and what it carries: each sending has a number of its own."""

    host: bytes
    tag: str
    number: bytes

    def path(self, mark=""):
        """The path of this sending; a mark of two letters tells its further requests apart."""
        return f"/w/{self.tag}{mark}".encode()


@dataclass(frozen=True)
class Case:
    """One odd, or plain, way to carry a number to a site."""

    group: str
    name: str
    # Gives what is sent: for HTTP/1 a list of bytes and of seconds to wait, for HTTP/2 frames.
    make: Callable
    h2: bool = False
    # What a careless proxy makes of an HTTP/2 request, as HTTP/1.
    downgraded: Callable = None
    # What people's browsers and programs send: without a number it must pass.
    plain: bool = False
    # A download: the number stands in a file of the site, and must not come out.
    download: bool = False


def head(spot, method=b"POST", target=None, more=(), host=True, version=b"HTTP/1.1"):
    """A request's head without its empty line."""
    lines = [method + b" " + (target or spot.path()) + b" " + version]
    if host:
        lines.append(b"Host: " + spot.host)
    return b"\r\n".join([*lines, *more]) + b"\r\n"


def get(spot, target=None, more=()):
    """A GET."""
    return head(spot, b"GET", target, more) + b"\r\n"


def post(spot, body, kind=FORM, more=(), target=None, method=b"POST"):
    """A POST with its length."""
    fields = [b"Content-Length: %d" % len(body)]
    if kind is not None:
        fields.insert(0, b"Content-Type: " + kind)
    return head(spot, method, target, [*fields, *more]) + b"\r\n" + body


def chunked(body, size=None, extension=b"", end=b"0\r\n\r\n"):
    """A body in chunks."""
    size = size or max(1, len(body))
    pieces = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + end


def field(number, name=b"memo"):
    """The plainest form."""
    return name + b"=" + number


def quoted(text):
    """Every byte as %XX."""
    return b"".join(b"%%%02X" % byte for byte in text)


def smuggled(spot, mark="zz"):
    """A request that a second reading would find."""
    return get(spot, spot.path(mark) + b"?memo=" + spot.number)


def fields2(spot, method=b"POST", path=None, more=(), scheme=b"https"):
    """The fields of an HTTP/2 request."""
    pseudo = [(b":method", method), (b":scheme", scheme), (b":authority", spot.host), (b":path", path or spot.path())]
    return [*pseudo, *more]


def wide(text):
    """ASCII as full-width characters."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text.decode())


def url(text):
    """Text as a browser writes it into a form."""
    return urllib.parse.quote_plus(text).encode()
