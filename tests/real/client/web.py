"""A small browser: curl does HTTP and TLS as people's programs do, and this keeps the cookies and reads the answer."""

import pathlib
import re
import subprocess
import tempfile
import urllib.parse
from dataclasses import dataclass, field


@dataclass
class Answer:
    """What came back."""

    version: str
    status: int
    headers: list  # (name as sent, value), in order
    body: bytes

    def get(self, name):
        """The value of a header, or None; several are joined."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


@dataclass
class Upload:
    """A file of a form."""

    name: str
    content: bytes
    kind: str


@dataclass
class Browser:
    """One person's browser, on one way to the site: straight to it, or through garim."""

    host: str
    site_port: int
    front_port: int
    ca: pathlib.Path
    straight: bool = False
    http: str = "1.1"
    gzip: bool = False
    cookies: dict = field(default_factory=dict)

    def address(self, path):
        """Both ways are the same address for the site: what differs is who stands in between."""
        scheme = "http" if self.straight else "https"
        return f"{scheme}://{self.host}:{self.front_port}{path}"

    def get(self, path, *more, headers=()):
        return self.send(path, *more, headers=headers)

    def head(self, path, headers=()):
        return self.send(path, "--head", headers=headers)

    def post(self, path, fields, headers=()):
        """A form, url-encoded."""
        data = urllib.parse.urlencode(fields).encode()
        return self.post_bytes(path, data, "application/x-www-form-urlencoded", headers)

    def post_bytes(self, path, data, kind, headers=()):
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            return self.send(path, "--data-binary", f"@{file.name}", headers=[f"Content-Type: {kind}", *headers])

    def upload(self, path, fields, field_name, upload):
        """A multipart form with one file, as curl writes it."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(upload.content)
            file.flush()
            parts = []
            for name, value in fields.items():
                parts += ["--form-string", f"{name}={value}"]
            parts += ["--form", f"{field_name}=@{file.name};filename={upload.name};type={upload.kind}"]
            return self.send(path, *parts)

    def send(self, path, *more, headers=()):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder)
            command = ["curl", "--silent", "--show-error", "--max-time", "60", "--dump-header", str(out / "head")]
            command += ["--output", str(out / "body"), "--cacert", str(self.ca)]
            command += ["--user-agent", "garim's real test", *self.way(), *more]
            if self.gzip:
                command += ["--header", "Accept-Encoding: gzip"]
            if self.cookies:
                command += ["--cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())]
            for header in headers:
                command += ["--header", header]
            ran = subprocess.run([*command, self.address(path)], capture_output=True, timeout=90, check=False)
            if ran.returncode != 0:
                raise ConnectionError(f"curl {ran.returncode}: {ran.stderr.decode().strip()}")
            body = out / "body"
            # For HEAD curl writes the head there too.
            content = body.read_bytes() if body.exists() and "--head" not in more else b""
            answer = parse((out / "head").read_bytes(), content)
        self.remember(answer)
        return answer

    def way(self):
        if self.straight:
            # What garim tells the site is told here too, so that the site says the same.
            return ["--http1.1", "--connect-to", f"{self.host}:{self.front_port}:127.0.0.1:{self.site_port}",
                    "--header", "X-Forwarded-Proto: https", "--header", "X-Forwarded-For: 127.0.0.1"]
        return [f"--http{self.http}", "--connect-to", f"{self.host}:{self.front_port}:127.0.0.1:{self.front_port}"]

    def remember(self, answer):
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                kept = rest.partition(";")[0]
                if kept in ("", "deleted"):
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = kept


def parse(head, body):
    """The last head that curl wrote: interim ones (100) stand before it."""
    blocks = [block for block in head.split(b"\r\n\r\n") if block.startswith(b"HTTP/")]
    lines = blocks[-1].decode("latin-1").split("\r\n")
    version, status = re.match(r"HTTP/([\d.]+) (\d+)", lines[0]).groups()
    headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if ":" in line]
    return Answer(version, int(status), headers, body)
