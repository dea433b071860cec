"""HTTP/1 as bytes on a socket: sends exactly what a case says and reads what comes back."""

import re
import socket
import ssl
import time
from dataclasses import dataclass, field

# Silence after a whole answer, and without one.
QUIET = 0.12
PATIENCE = 1.0
# A connection in all.
LONGEST = 6.0


@dataclass
class Told:
    """What the client was told."""

    statuses: list = field(default_factory=list)
    data: bytes = b""
    closed: bool = False


def trust_nobody(protocols):
    """TLS without looking at the certificate: the checks of DokuWiki look at it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(protocols)
    return context


TLS1 = trust_nobody(["http/1.1"])


def connect(port, name, tls):
    """A connection; with a name and TLS to garim, without straight to a site."""
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tls.wrap_socket(line, server_hostname=name) if name else line


def exchange(port, name, pieces):
    """Sends pieces, bytes or seconds to wait, and reads until nothing more comes."""
    told = Told()
    end = time.monotonic() + LONGEST
    try:
        line = connect(port, name, TLS1)
    except OSError:
        told.closed = True
        return told
    with line:
        try:
            for piece in pieces:
                if isinstance(piece, bytes):
                    line.sendall(piece)
                else:
                    time.sleep(piece)
        except OSError:
            told.closed = True
        read(line, told, end)
    told.statuses = statuses(told.data)
    return told


def read(line, told, end):
    while time.monotonic() < end:
        line.settimeout(QUIET if whole(told.data) else PATIENCE)
        try:
            more = line.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            return
        except OSError:
            more = b""
        if not more:
            told.closed = True
            return
        told.data += more


def whole(data):
    """Whether at least one answer that is not interim has come, and ends where the bytes end."""
    seen = False
    while data:
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            return False
        if re.match(rb"HTTP/1\.[01] 1\d\d", head):
            data = rest
            continue
        length = re.search(rb"\r\n[Cc]ontent-[Ll]ength: *(\d+)", head)
        if re.search(rb"\r\n[Tt]ransfer-[Ee]ncoding: *chunked", head):
            end = rest.find(b"0\r\n\r\n")
            if end < 0:
                return False
            data = rest[end + 5:]
        elif length:
            if len(rest) < int(length[1]):
                return False
            data = rest[int(length[1]):]
        else:
            return False
        seen = True
    return seen


def statuses(data):
    """Of every answer."""
    return [int(status) for status in re.findall(rb"(?:\A|\n)HTTP/1\.[01] (\d{3})", data)]
