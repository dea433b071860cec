"""Compares what was sent, what the sites saw, and what garim recorded."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import sending as sent
import witness

# The readings that must be the same with garim and without it where nothing is to be found.
COMPARED = ("query", "field", "file-name", "file", "json", "xml", "unpacked")
# So many digits of the last six in a row are too many to be seen of a file that is masked.
VISIBLE = 4

# What became of one case at one site behind garim that blocks, the worst first.
LEAK, EXTRA, FOUND, UNREAD, HEAD, CLEAN, SILENT = "LEAK", "EXTRA", "found", "unread", "head", "clean", "silent"


@dataclass
class Fate:
    """What became of one case at one site."""

    # Where the site, asked straight, saw the number; empty if nowhere.
    straight: list = field(default_factory=list)
    # The same through garim that passes everything.
    passed: list = field(default_factory=list)
    word: str = SILENT
    # Where the number was seen, or which requests nobody recorded.
    detail: str = ""


class Judge:
    """One run."""

    def __init__(self, work, first_port, told):
        self.work, self.told = work, told
        self.entries = witness.entries(work, sent.SITES)
        self.records = defaultdict(list)
        for record in witness.records(work):
            self.records[record.site].append(record)
        self.named = {(site, record.key[0]) for site, records in self.records.items() for record in records if record.key}
        places = [(site, way) for site in sent.SITES for way in sent.WAYS]
        self.port = {place: first_port + at for at, place in enumerate(places)}
        self.seen = {place: self.numbers_at(place) for place in self.port}
        self.extra = {place: self.extra_at(place) for place in self.port if place[1] != "straight"}

    def at(self, site, way):
        return self.entries.get(self.port[site, way], [])

    def numbers_at(self, place):
        """Every number that was seen at one site on one way, and where in the request."""
        seen = defaultdict(set)
        for entry in self.at(*place):
            for number, where in entry.numbers():
                seen[number].add(where)
        return seen

    def extra_at(self, place):
        """Requests that the site saw more often than garim has recorded that it forwarded them, by case."""
        site, way = place
        host = f"{site}-pass.test" if way == "pass" else f"{site}.test"
        forwarded = Counter(record.key for record in self.records[host] if record.forwarded())
        saw = Counter(entry.key() for entry in self.at(site, way))
        return {key: count - forwarded[key] for key, count in saw.items() if count > forwarded[key]}

    def fate(self, index, case, site):
        """What became of it."""
        fate = Fate(*(self.where(index, case, site, way) for way in ("straight", "pass")))
        leak = self.where(index, case, site, "block")
        extra = [key for way in ("block", "pass") for key in self.extra[site, way] if key and key[0] == sent.tag(index)]
        if leak:
            fate.word, fate.detail = LEAK, ", ".join(leak)
        elif extra:
            fate.word, fate.detail = EXTRA, ", ".join("".join(key) for key in extra)
        else:
            fate.word = self.ending(index, case, site)
        return fate

    def where(self, index, case, site, way):
        """Where the number was seen."""
        number = sent.number_of(case, site, way)
        if case.download:
            return pieces_in(self.told[sent.Sending(index, case, site, way)], number)
        return sorted(self.seen[site, way].get(number.replace("-", ""), ()))

    def ending(self, index, case, site):
        """How garim that blocks ended it."""
        mine = lambda key: key and key[0] == sent.tag(index) and key[1] != sent.HARMLESS_MARK
        words = {word_of(record) for record in self.records[f"{site}.test"] if mine(record.key)}
        for word in (FOUND, UNREAD, HEAD, CLEAN):
            if word in words:
                return word
        statuses = self.told[sent.Sending(index, case, site, "block")].statuses
        if any(status < 0 or status >= 400 for status in statuses):
            return HEAD
        return SILENT

    def harmless_differs(self, index, case, site):
        """What a plain case without a number turned into on its way through garim; nothing if it stayed what it was."""
        key = (sent.tag(index), sent.HARMLESS_MARK)
        readings = []
        for way in ("straight", "block"):
            entries = [entry for entry in self.at(site, way) if entry.key() == key]
            readings.append([sorted(one for one in entry.seen if one[0] in COMPARED) for entry in entries])
        if not readings[1]:
            return f"did not arrive: {self.told[sent.Sending(index, case, site, 'block', True)].statuses}"
        # What a site refuses straight may well be mended by garim: Tomcat takes no raw bytes in a target.
        return "" if readings[0] in ([], readings[1]) else "was read in another way"

    def refused_unrecorded(self):
        """How many HTTP/1 requests were refused of which garim keeps no record at all. A refused head has no path that
        could be believed, so its record names no case: they are counted."""
        refused = 0
        for sending, told in self.told.items():
            if sending.way == "straight" or sending.case.h2 or not any(status >= 400 for status in told.statuses):
                continue
            host = f"{sending.site}-pass.test" if sending.way == "pass" else f"{sending.site}.test"
            refused += (host, sent.tag(sending.index)) not in self.named
        nameless = sum(record.key is None and not record.forwarded() for records in self.records.values() for record in records)
        return max(0, refused - nameless)

    def written_down(self, cases):
        """The cases whose number stands in garim's log."""
        logged = witness.numbers_in_log(self.work)
        planted = {sent.number_of(case, site, way).replace("-", ""): case for _,
             case in cases for site in sent.SITES for way in sent.WAYS}
        return [f"{planted[number].group}: {planted[number].name}" for number in sorted(logged & planted.keys())]

    def hidden(self, site):
        """How many requests that others hid the site found when it was asked straight."""
        return len({entry.key() for entry in self.at(site, "straight") if entry.key() and entry.key()[1] == "zz"})

    def odd(self):
        """What garim sent on to the echo site that two servers could read in two ways."""
        found = Counter()
        for way in ("block", "pass"):
            for entry in self.at("echo", way):
                found.update((key_name(entry), odd) for odd in entry.odd)
        return found

    def strangers(self):
        """Requests at a site behind garim that belong to no case, beyond those that garim recorded without one."""
        nameless = ((place, extra[None]) for place, extra in self.extra.items() if None in extra)
        return [f"{site} {way}: {count}" for (site, way), count in nameless]


def key_name(entry):
    key = entry.key()
    return key[0] if key else "?"


def word_of(record):
    """One record in one word."""
    if record.forwarded():
        return CLEAN
    if record.outcome == "request-refused":
        return FOUND if any("registration" in kind for kind in record.found) else UNREAD
    return HEAD


def pieces_in(told, number):
    """Whether digits of the part that a mask hides stand in what was answered."""
    bodies = re.sub(rb"(?s)HTTP/1\.1 .*?\r\n\r\n", b"", told.data)
    hidden = number.replace("-", "")[-6:].encode()
    shown = any(hidden[at:at + VISIBLE] in bodies for at in range(len(hidden) - VISIBLE + 1))
    return ["answer"] if shown else []
