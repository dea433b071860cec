"""Sends every case to every site on every way, and keeps what the client was told."""

import concurrent.futures
import pathlib
import random
import sys
from dataclasses import dataclass

import frames
import wire
from case import Spot
from cases import bodies, combos, framing, heads, http2, more, multiparts, mutations, newer, ordinary, others, ranges, urlencoded

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "client"))
import people  # noqa: E402: of the checks of DokuWiki

SITES = ("apache", "nginx", "tomcat", "echo")
WAYS = ("straight", "block", "pass")
MODULES = (ordinary, heads, framing, http2, urlencoded, multiparts, bodies, ranges, combos, mutations, newer, more, others)
AT_ONCE = 24
# Stands where the number would: of the same shape, and nothing.
HARMLESS = b"memoir-harmles"
HARMLESS_MARK = "hh"


@dataclass(frozen=True)
class Sending:
    """One case, to one site, on one way; harmless ones carry no number."""

    index: int
    case: object
    site: str
    way: str
    harmless: bool = False

    def spot(self):
        host = f"{self.site}-pass.test" if self.way == "pass" else f"{self.site}.test"
        number = HARMLESS if self.harmless else number_of(self.case, self.site, self.way).encode()
        return Spot(host.encode(), tag(self.index) + (HARMLESS_MARK if self.harmless else ""), number)


def all_cases(words):
    """(index, case): the index is the same whatever is left out."""
    cases = [case for module in MODULES for case in module.CASES]
    names = [(case.group, case.name) for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"two cases of one name: {twice}"
    wanted = lambda case: not words or any(word in f"{case.group}: {case.name}" for word in words)
    return [(index, case) for index, case in enumerate(cases) if wanted(case)]


def tag(index):
    """Four letters: no digits, so that nothing stands beside the number that could be taken for a part of it."""
    letters = "bcdfghjklmnpqrstvwx"
    out = ""
    for _ in range(4):
        index, at = divmod(index, len(letters))
        out = letters[at] + out
    return out


def number_of(case, site, way):
    """Of this sending alone; a file's number is the same on all ways, for it is one file."""
    return people.resident(f"{case.group} {case.name} {site} {'file' if case.download else way}")


def sendings(cases):
    """Everything that is sent, shuffled: the sites see many kinds at once, as on a bad day."""
    found = []
    for index, case in cases:
        for site in SITES:
            if case.download and site == "echo":
                continue
            found += [Sending(index, case, site, way) for way in WAYS]
            if case.plain:
                found += [Sending(index, case, site, way, True) for way in ("straight", "block")]
    random.Random(combos.SEED).shuffle(found)
    return found


def lay_out_files(work, cases):
    """A file with a number for each download: letters, the number at a known place, letters."""
    for index, case in cases:
        if not case.download:
            continue
        for site, folder in (("apache", "apache/root"), ("nginx", "nginx/root"), ("tomcat", "tomcat/webapps/ROOT")):
            text = "a" * (ranges.START - 1) + " " + number_of(case, site, "file") + " " + "b" * 100
            (work / folder / "static" / f"{tag(index)}.txt").write_text(text)


def send_all(cases, first_port, garim_port):
    """What the client was told, by sending."""
    jobs = sendings(cases)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(jobs, pool.map(lambda sending: send(sending, first_port, garim_port), jobs)))


def send(sending, first_port, garim_port):
    """One sending."""
    case, spot = sending.case, sending.spot()
    if sending.way == "straight":
        pieces = case.downgraded(spot) if case.h2 else case.make(spot)
        return wire.exchange(first_port + 3 * SITES.index(sending.site), None, pieces)
    if case.h2:
        return frames.exchange(garim_port, spot.host.decode(), case.make(spot))
    return wire.exchange(garim_port, spot.host.decode(), case.make(spot))
