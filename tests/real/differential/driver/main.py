"""Sends every case everywhere, compares, prints the table. Started by `run`."""

import argparse
import pathlib
import sys
import time
import urllib.request
from collections import Counter

import judge
import known
import sending
import wire
from case import Spot, get

# Fewer numbers seen at a site means that the test has become blind; of all cases, or of those chosen by --only.
LEAST_SEEN = 0.25
# And so many requests that hide in others.
LEAST_HIDDEN = 5
WRONG = {judge.LEAK: "the site saw the number in", judge.EXTRA: "the site saw requests that garim did not record"}
OLD_LINK = "an old link in EUC-KR"


def main():
    options = arguments()
    begun = time.monotonic()
    cases = sending.all_cases(options.only)
    sending.lay_out_files(options.work, cases)
    print(f"{len(cases)} cases to {len(sending.SITES)} sites: straight, through garim that blocks, that passes", flush=True)
    told = sending.send_all(cases, options.first_port, options.garim_port)
    print(f"{len(told)} sendings in {time.monotonic() - begun:.0f} s", flush=True)
    after = after_all(options)
    one = judge.Judge(options.work, options.first_port, told)
    fates = {(index, case, site): one.fate(index, case, site) for index, case in cases for site in sending.SITES
             if not (case.download and site == "echo")}
    table(cases, fates)
    wrong, known_open = wrongs(one, cases, fates)
    wrong += after + blind(one, fates, options)
    if options.verbose:
        tell(fates)
    for line in known_open:
        print(f"known   {line}")
    for line in wrong:
        print(f"FAILED  {line}")
    words = Counter(fate.word for fate in fates.values())
    print(", ".join(f"{count} {word}" for word, count in sorted(words.items())) + f"; {time.monotonic() - begun:.0f} s")
    print(f"{len(fates)} fates: {len(wrong)} failed, {len(known_open)} known")
    sys.exit(1 if wrong else 0)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--first-port", type=int, required=True)
    parser.add_argument("--garim-port", type=int, required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def wrongs(one, cases, fates):
    """What must not be, and what must not be but is known."""
    wrong, known_open = [], []
    for (index, case, site), fate in fates.items():
        name = f"{case.group}: {case.name} [{site}]"
        reason = known.why(case)
        if fate.word in WRONG:
            what = f"{WRONG[fate.word]}: {fate.detail}"
            (known_open if reason else wrong).append(f"{name} {fate.word}: {reason or what}")
        if case.plain and (differs := one.harmless_differs(index, case, site)):
            wrong.append(f"{name} without a number {differs}")
    leaking = [case for (_, case, site), fate in fates.items() if fate.word in WRONG]
    for (group, name), reason in known.KNOWN.items():
        tried = [case for _, case in cases if case.group == group and name in (None, case.name)]
        if tried and not any(case in leaking for case in tried):
            wrong.append(f"{group}: {name or 'all'} is closed, take it off the list in known.py ({reason})")
    names = {sending.tag(index): f"{case.group}: {case.name}" for index, case in cases}
    for (tag, what), count in sorted(one.odd().items()):
        wrong.append(f"garim sent on an odd head or body, {what}: {names.get(tag, tag)}, {count} times")
    if unrecorded := one.refused_unrecorded():
        wrong.append(f"{unrecorded} refused HTTP/1 requests of which garim keeps no record")
    wrong += [f"{name}: the number stands in garim's log" for name in one.written_down(cases)]
    wrong += [f"requests at a site that belong to no case: {line}" for line in one.strangers()]
    return wrong, known_open


def blind(one, fates, options):
    """Signs that the test could not have failed: sites that do not see what they are sent straight or through garim that passes."""
    wrong = []
    for site in sending.SITES:
        mine = [(case, fate) for (_, case, where), fate in fates.items() if where == site]
        if not mine:
            continue
        straight, passed = (sum(bool(getattr(fate, way)) for _, fate in mine) for way in ("straight", "passed"))
        hidden = one.hidden(site)
        print(f"{site}: of {len(mine)} numbers it saw {straight} straight, {passed} through garim that passes; "
              f"straight it found {hidden} hidden requests")
        if not options.only and (min(straight, passed) < LEAST_SEEN * len(mine) or hidden < LEAST_HIDDEN):
            wrong.append(f"{site} saw too little: the test is blind")
        for case, fate in mine:
            # What a plain case carries must arrive, or its refusal proves nothing.
            if case.plain and not fate.straight and not is_foreign(case, site):
                wrong.append(f"{case.group}: {case.name} [{site}] the site did not see it straight")
            if case.plain and fate.straight and not fate.passed:
                wrong.append(f"{case.group}: {case.name} [{site}] was not passed by garim that passes")
    return wrong


def is_foreign(case, site):
    """Whether that site cannot read it without garim or an application: nginx and Tomcat unpack no request bodies, and
    Tomcat takes no raw bytes in a target."""
    return (case.group == "content codings" and site in ("nginx", "tomcat")) or (case.name == OLD_LINK and site == "tomcat")


def after_all(options):
    """garim and its connections to the sites must still be sound."""
    wrong = []
    for site in sending.SITES:
        for host in (f"{site}.test", f"{site}-pass.test"):
            for _ in range(6):
                spot = Spot(host.encode(), "after", b"")
                answer = wire.exchange(options.garim_port, host, [get(spot, b"/w/up")])
                if answer.statuses != [200]:
                    wrong.append(f"a clean request to {host} afterwards gave {answer.statuses}")
    with urllib.request.urlopen(f"http://127.0.0.1:{options.garim_port + 1}/readyz", timeout=5) as answer:
        if answer.status != 200:
            wrong.append("garim is not ready afterwards")
    if "panicked" in (options.work / "garim.log").read_text(errors="replace"):
        wrong.append("garim panicked")
    return wrong


COLUMNS = (judge.FOUND, judge.UNREAD, judge.HEAD, judge.CLEAN, judge.SILENT, "!!")


def table(cases, fates):
    """For each class and site: how many numbers it would have seen, and what garim did with them."""
    print("""
Each cell: SEES > FOUND/UNREAD/HEAD/CLEAN/SILENT/!!
  SEES    of so many cases the site, asked straight, saw the number
  FOUND   garim refused so many for the number, UNREAD as not inspectable, HEAD for the head or the framing
  CLEAN   so many passed and the site saw no number; SILENT: no answer
  !!      so many got through: the site saw the number, or a request that garim did not record""")
    width = max(len(case.group) for _, case in cases) + 1
    print(f"{'class':{width}}{'cases':>5}" + "".join(f"  {site:24}" for site in sending.SITES).rstrip())
    groups = list(dict.fromkeys(case.group for _, case in cases))
    for group in [*groups, None]:
        chosen = [case for _, case in cases if group in (None, case.group)]
        line = f"{group or 'all':{width}}{len(chosen):5}"
        for site in sending.SITES:
            mine = [fate for (_, case, where), fate in fates.items() if where == site and group in (None, case.group)]
            line += f"  {cell(mine):24}"
        print(line.rstrip())
    print(flush=True)


def cell(fates):
    words = Counter("!!" if fate.word in WRONG else fate.word for fate in fates)
    counts = "/".join(str(words[word] or ".") for word in COLUMNS)
    return f"{sum(bool(fate.straight) for fate in fates):3} > {counts}"


def tell(fates):
    in_order = sorted(fates.items(), key=lambda one: (one[0][1].group, one[0][1].name, one[0][2]))
    for (_, case, site), fate in in_order:
        straight, passed = ("/".join(seen) or "-" for seen in (fate.straight, fate.passed))
        print(f"  {fate.word:7} {case.group}: {case.name} [{site}] straight: {straight}, passing: {passed} {fate.detail}")


if __name__ == "__main__":
    main()
