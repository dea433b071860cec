"""What the sites and garim have written down."""

import base64
import functools
import html
import json
import re
import unicodedata
import urllib.parse
from dataclasses import dataclass, field

TAG = re.compile(r"/(?:w|static)/([a-z]{4})([a-z]{2})?(?![a-z])")
# At most one line end: an empty line parts.
BETWEEN = r"[\x00-\x09\x0b-\x20\x7f.~-]{0,40}(?:\n[\x00-\x09\x0b-\x20\x7f.~-]{0,40})?"
THIRTEEN = re.compile(rf"(?<![0-9])(?=([0-9](?:{BETWEEN}[0-9]){{12}})(?![0-9]))")
# Readings that end up in pages.
SHOWN = ("field", "query", "cookie", "json", "file-name")
# Shorter readings cannot hold a number.
SHORTEST = 13


@dataclass
class Entry:
    """One request as a site saw it."""

    port: int
    method: str
    target: bytes
    seen: list
    odd: list = field(default_factory=list)

    def key(self):
        """The case and its mark, or None."""
        return key(self.target)

    def numbers(self):
        """(number, where) of every number in any reading."""
        for where, name, value in self.seen:
            for text in (name, value):
                for number in numbers_in(text, where in SHOWN):
                    yield number, where


@dataclass
class Record:
    """One exchange as garim recorded it."""

    site: str
    key: tuple
    method: str
    outcome: str
    found: list

    FORWARDED = ("answered", "answer-refused", "client-gone-in-answer", "answer-broken", "site-slow", "site-down",
                 "upgraded", "interrupted")

    def forwarded(self):
        """Whether the site may have seen it."""
        return self.outcome in self.FORWARDED


def key(target):
    """The case, and which of its requests, that a target belongs to."""
    found = TAG.search(target.decode("latin-1") if isinstance(target, bytes) else target)
    return (found[1], found[2] or "") if found else None


def entries(work, sites):
    """By port."""
    by_port = {}
    for site in sites:
        path = work / "witness" / f"{site}.log"
        for line in path.read_text(encoding="ascii").splitlines() if path.exists() else []:
            entry = one_entry(json.loads(line))
            by_port.setdefault(entry.port, []).append(entry)
    return by_port


def one_entry(line):
    plain = lambda value: base64.b64decode(value)
    seen = [(where, plain(name), plain(value)) for where, name, value in line["seen"]]
    method = plain(line["method"]).decode("latin-1")
    return Entry(line["port"], method, plain(line["target"]), seen, line.get("odd", []))


def records(work):
    """Every exchange in garim's log."""
    found = []
    for line in (work / "garim.log").read_text(errors="replace").splitlines():
        if '"outcome"' not in line:
            continue
        told = json.loads(line)
        told = told.get("fields", told)
        sides = told.get("upload") or {}
        what = [one["kind"] for one in sides.get("found", [])]
        found.append(Record(told["site"], key(told["path"]), told["method"], told["outcome"], what))
    return found


def numbers_in_log(work):
    """Every number that stands in what garim has written, in whatever way."""
    found = set()
    for line in (work / "garim.log").read_bytes().splitlines():
        for text in (line, urllib.parse.unquote_to_bytes(line)):
            found |= numbers_in(text, True)
    return found


@functools.lru_cache(maxsize=100_000)
def numbers_in(value, page):
    """Every run of thirteen digits that a reader of this value would see; `page`: as a page would show it, too."""
    if len(value) < SHORTEST:
        return frozenset()
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("cp949", "replace")
    found = runs(text)
    if page and ("&" in text or "<" in text):
        found |= runs(html.unescape(re.sub(r"<[A-Za-z/!?][^>]*>", "", text)))
    return frozenset(found)


def runs(text):
    """Of thirteen digits, with what people write between digits, and what nobody sees, left out. One that goes on directly
    with another digit is no number."""
    if not text.isascii():
        text = "".join(bare(sign) for sign in text)
    return {re.sub("[^0-9]", "", run) for run in THIRTEEN.findall(text)}


def bare(sign):
    """A digit as ASCII, nothing for what separates, hides or joins, else the character itself."""
    value = unicodedata.digit(sign, None)
    if value is not None:
        return str(value)
    return "" if unicodedata.category(sign) in ("Pd", "Zs", "Cf", "Mn", "Cc", "Cs") else sign
