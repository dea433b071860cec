"""The plain site: reads requests as leniently as anybody does, decodes all that it can, and writes it down.

It stands for the readers that are not at hand here: frameworks that undo Content-Transfer-Encoding, servers that know
%uXXXX, applications that decode twice. Of the bytes of each head it also tells what a proxy must never send on.

usage: echo.py LOG PORT…
"""

import base64
import json
import re
import socketserver
import sys
import threading

import readings

LOG_LOCK = threading.Lock()
# One head or one line of a chunk at most.
LONGEST = 1 << 20


class Echo(socketserver.StreamRequestHandler):
    """One connection."""

    timeout = 5

    def handle(self):
        try:
            while self.one():
                pass
        except (OSError, ValueError):
            pass

    def one(self):
        """One request; whether another may follow."""
        head = self.head()
        if not head:
            return False
        lines = re.split(rb"\r?\n", head.strip(b"\r\n"))
        fields = fields_of(lines[1:])
        values = lambda name: [value for key, value in fields if key.lower() == name]
        body, trailers = b"", b""
        if any(b"chunked" in value.lower() for value in values(b"transfer-encoding")):
            body, trailers = self.chunks()
        elif values(b"content-length"):
            body = self.rfile.read(int(values(b"content-length")[0]))
        self.write_down(lines[0], fields, body, trailers, odd_in(head, fields, trailers))
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nseen\n")
        return True

    def head(self):
        """Up to an empty line, with or without CR; empty lines before it are read over."""
        head = b""
        while True:
            line = self.rfile.readline(LONGEST)
            if not line:
                return b""
            if line.strip(b"\r\n"):
                head += line
            elif head:
                return head + line

    def chunks(self):
        """A chunked body and the trailers behind it."""
        body = b""
        while True:
            size = int(self.rfile.readline(LONGEST).split(b";")[0].strip() or b"0", 16)
            if not size:
                break
            body += self.rfile.read(size)
            self.rfile.readline(LONGEST)
        trailers = b""
        while (line := self.rfile.readline(LONGEST)).strip(b"\r\n"):
            trailers += line
        return body, trailers

    def write_down(self, line, fields, body, trailers, odd):
        method, target, _ = (line.split(b" ") + [b"", b""])[:3]
        seen = list(readings.of_request(target, fields, body, trailers))
        packed = lambda value: base64.b64encode(value).decode()
        entry = {
            "port": self.server.server_address[1],
            "method": packed(method),
            "target": packed(target),
            "odd": odd,
            "seen": [[where, packed(name), packed(value)] for where, name, value in seen],
        }
        with LOG_LOCK, open(self.server.log, "a", encoding="ascii") as log:
            log.write(json.dumps(entry) + "\n")


def fields_of(lines):
    """Header fields; folded lines belong to the one before."""
    fields = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
        else:
            name, _, value = line.partition(b":")
            fields.append((name.strip(), value.strip()))
    return fields


def odd_in(head, fields, trailers):
    """What two servers could read in two ways, and what is for one connection only: a proxy sends none of it on."""
    names = [name.lower() for name, _ in fields]
    token = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
    odd = {
        "bare line feed or carriage return": re.search(rb"(?<!\r)\n|\r(?!\n)", head),
        "folded line": re.search(rb"\n[ \t]", head),
        "control byte": re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", head),
        "field name": not all(token.match(name) for name, _ in fields),
        "space before a colon": re.search(rb"\n[^:\r\n]*[ \t]:", head),
        "two lengths": names.count(b"content-length") > 1,
        "length and coding": b"content-length" in names and b"transfer-encoding" in names,
        "two or no hosts": names.count(b"host") != 1,
        "hop-by-hop field": {b"te", b"trailer", b"keep-alive", b"proxy-connection"} & set(names),
        "trailers": trailers,
        "target": not re.match(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ (/[!-\"$-~]*|\*) HTTP/1\.1\r\n", head),
    }
    return [name for name, found in odd.items() if found]


class Server(socketserver.ThreadingTCPServer):
    """One port."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


def main():
    log, ports = sys.argv[1], [int(port) for port in sys.argv[2:]]
    servers = [Server(("127.0.0.1", port), Echo) for port in ports]
    for server in servers:
        server.log = log
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
