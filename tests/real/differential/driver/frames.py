"""HTTP/2 by hand: frames and header blocks as a case says them, also what no library would send."""

import socket
import ssl
import struct
import time

import wire

TLS2 = wire.trust_nobody(["h2"])
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
# Statuses that stand in HPACK's static table (RFC 7541 appendix A).
STATIC = {0x88: 200, 0x89: 204, 0x8A: 206, 0x8B: 304, 0x8C: 400, 0x8D: 404, 0x8E: 500}


def frame(kind, flags, stream, content=b""):
    """One frame (RFC 9113 section 4.1)."""
    return struct.pack(">I", len(content))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + content


def block(fields):
    """A header block of literals that are never indexed, without Huffman codes: any bytes can stand in it."""
    return b"".join(b"\x10" + text(name) + text(value) for name, value in fields)


def text(value):
    length, prefix = len(value), b""
    if length < 127:
        return bytes([length]) + value
    prefix, length = b"\x7f", length - 127
    while length >= 128:
        prefix += bytes([length % 128 + 128])
        length //= 128
    return prefix + bytes([length]) + value


def request(fields, body=b"", trailers=None, stream=1, split=False):
    """The frames of one request; `split` puts its fields into a HEADERS and a CONTINUATION frame."""
    last = END_STREAM if not body and trailers is None else 0
    packed = block(fields)
    if split:
        half = len(packed) // 2
        out = frame(HEADERS, last, stream, packed[:half]) + frame(CONTINUATION, END_HEADERS, stream, packed[half:])
    else:
        out = frame(HEADERS, last | END_HEADERS, stream, packed)
    for at in range(0, len(body), 16000):
        end = END_STREAM if at + 16000 >= len(body) and trailers is None else 0
        out += frame(DATA, end, stream, body[at:at + 16000])
    if trailers is not None:
        out += frame(HEADERS, END_STREAM | END_HEADERS, stream, block(trailers))
    return out


def exchange(port, name, frames):
    """Sends the frames after the preface and reads until every stream that was answered is closed."""
    told = wire.Told()
    try:
        line = wire.connect(port, name, TLS2)
    except OSError:
        told.closed = True
        return told
    with line:
        try:
            line.sendall(PREFACE + frame(SETTINGS, 0, 0) + frames)
        except OSError:
            told.closed = True
        read(line, told)
    return told


def read(line, told):
    got, ended = b"", False
    end = time.monotonic() + wire.LONGEST
    while time.monotonic() < end:
        line.settimeout(wire.QUIET if ended else wire.PATIENCE)
        try:
            more = line.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError, socket.timeout):
            return
        except OSError:
            more = b""
        if not more:
            told.closed = True
            return
        got += more
        while len(got) >= 9 and len(got) >= 9 + (length := int.from_bytes(got[:3], "big")):
            kind, flags, content = got[3], got[4], got[9:9 + length]
            got = got[9 + length:]
            if kind == HEADERS:
                told.statuses.append(status(content))
            elif kind == DATA:
                told.data += content
            elif kind in (RST_STREAM, GOAWAY):
                told.statuses.append(-1)
            elif kind == SETTINGS and not flags & ACK:
                reply(line, frame(SETTINGS, ACK, 0))
            ended = ended or kind in (RST_STREAM, GOAWAY) or (kind in (DATA, HEADERS) and flags & END_STREAM)


def reply(line, content):
    try:
        line.sendall(content)
    except OSError:
        pass


def status(packed):
    """The status, which is the first field; 0 if it is written in a way that is not read here."""
    if not packed:
        return 0
    # A change of the table's size may stand before it.
    while packed and 0x20 <= packed[0] < 0x40:
        packed = packed[1:]
    if packed and packed[0] in STATIC:
        return STATIC[packed[0]]
    if len(packed) < 3 or packed[0] & 0x0F != 8:
        return 0
    value = packed[2:2 + (packed[1] & 0x7F)]
    plain = digits(value) if packed[1] & 0x80 else value
    return int(plain) if plain.isdigit() else 0


def digits(coded):
    """Digits in HPACK's Huffman code (RFC 7541 appendix B): 0, 1 and 2 have five bits, the others six."""
    bits = "".join(f"{byte:08b}" for byte in coded)
    plain = ""
    while bits and len(plain) < 3:
        short = int(bits[:5].ljust(5, "1"), 2)
        if short < 3:
            plain, bits = plain + str(short), bits[5:]
        else:
            plain, bits = plain + str(int(bits[:6].ljust(6, "1"), 2) - 0b011001 + 3), bits[6:]
    return plain.encode()
