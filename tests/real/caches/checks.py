"""Uses a small site through Squid and garim, and says what was kept and what was called still good. Started by `run`."""

import argparse
import http.client
import http.server
import pathlib
import re
import subprocess
import sys
import threading
import traceback

import people

DAY = "Sun, 22 Nov 2020 00:00:00 GMT"
OLDER = "Sat, 21 Nov 2020 00:00:00 GMT"
KEPT, STALE = "public, max-age=600", "public, max-age=0"
HTML, PNG, SCRIPT = "text/html; charset=utf-8", "image/png", "text/javascript; charset=utf-8"
MP4 = "video/mp4"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
FILM = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(range(256)) * 40
NUMBER = people.resident("a cached page")


def page(text):
    return f"<!DOCTYPE html><html><head><title>t</title></head><body><p>{text}</p></body></html>".encode()


WITH_NUMBER = page(f"words-of-the-page-with-a-number {NUMBER}")
CLEAN = page("words-of-the-clean-page")

# path: (type, tag, date, cache-control, body). Squid asks about nothing by a weak tag.
THINGS = {
    "/number": (HTML, '"n1"', DAY, KEPT, WITH_NUMBER),
    "/number/dated": (HTML, None, DAY, KEPT, WITH_NUMBER),
    "/clean": (HTML, '"c1"', DAY, KEPT, CLEAN),
    "/clean/stale": (HTML, '"c2"', DAY, STALE, CLEAN),
    "/clean/dated": (HTML, None, DAY, STALE, CLEAN),
    "/clean/policy": (HTML, '"c3"', DAY, STALE, CLEAN),
    "/script": (SCRIPT, '"s1"', DAY, STALE, b"var words = 'of-the-script';"),
    "/picture": (PNG, '"p1"', DAY, KEPT, PICTURE),
    "/picture/parts": (PNG, '"p3"', DAY, KEPT, PICTURE),
    "/film/parts": (MP4, '"f1"', DAY, KEPT, FILM),
    "/picture/stale": (PNG, '"p2"', DAY, STALE, PICTURE),
    "/picture/dated": (PNG, None, DAY, STALE, PICTURE),
}


class Site(http.server.BaseHTTPRequestHandler):
    """Answers conditions as RFC 9110 section 13 has it, and remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    seen = []

    def thing(self):
        if self.path == "/office":
            # What a careless site does: one address, two pages, and nothing that tells caches so.
            officer = "officer" in self.headers.get("Cookie", "")
            return (HTML, None, DAY if officer else OLDER, KEPT, WITH_NUMBER if officer else CLEAN)
        return THINGS.get(self.path)

    def do_GET(self):
        self.seen.append((self.command, self.path, dict(self.headers)))
        thing = self.thing()
        if not thing:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kind, tag, date, control, body = thing
        asked = self.headers.get("If-None-Match")
        since = self.headers.get("If-Modified-Since")
        good = tag in asked.split(", ") if asked else since == date
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", "")) if not good else None
        if part and self.headers.get("If-Range") in (None, tag, date):
            start, end = int(part[1]), int(part[2])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(body)}")
            body = body[start:end + 1]
        else:
            self.send_response(304 if good else 200)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Last-Modified", date)
        self.send_header("Cache-Control", control)
        if not good:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not good and self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class Bench:
    def __init__(self, options):
        self.options = options

    def get(self, path, method="GET", straight=False, **fields):
        """An answer through Squid, or of the site alone: status, fields, body."""
        port = self.options.site_port if straight else self.options.cache_port
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        headers = {"Host": self.options.host, **{name.replace("_", "-"): value for name, value in fields.items()}}
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        return answer.status, answer.headers, body

    def asked(self, path):
        """How often the site was asked for this so far."""
        return sum(1 for _, asked, _ in Site.seen if asked == path)

    def last(self, path):
        """The fields of what the site was asked last."""
        return [fields for _, asked, fields in Site.seen if asked == path][-1]

    def store(self):
        files = (self.options.work / "squid" / "store").rglob("*")
        return b"".join(file.read_bytes() for file in files if file.is_file())

    def reload(self, old, new):
        config = self.options.work / "garim.toml"
        text = config.read_text()
        assert old in text, f"{old!r} is not in the configuration"
        config.write_text(text.replace(old, new))
        subprocess.run([self.options.garim, "reload", "--config", config], check=True, capture_output=True, timeout=30)


def same(got, expected, what):
    assert got == expected, f"{what}: {cut(got)}, not {cut(expected)}"


def cut(value):
    text = repr(value)
    return text if len(text) < 300 else f"{text[:300]}…"


def masked(body, what):
    assert b"words-of-the-page-with-a-number" in body, f"{what}: it is another page"
    assert NUMBER.encode() not in body, f"{what}: the number is shown"
    assert NUMBER[:7].encode() + b"*******" in body, f"{what}: nothing is masked"


def a_page_with_a_number_is_never_kept(bench):
    """A page with a number comes from the site each time, and the cache keeps nothing of it"""
    for path in ("/number", "/number/dated"):
        for turn in (1, 2, 3):
            status, fields, body = bench.get(path)
            same(status, 200, path)
            masked(body, path)
            same((fields["Cache-Control"], fields["ETag"], fields["Last-Modified"]), ("private, no-store", None, None), path)
            same(bench.asked(path), turn, f"{path}: times that the site was asked")
        status, _, _ = bench.get(path, Cache_Control="only-if-cached")
        same(status, 504, f"{path}: what the cache alone has")
    assert b"words-of-the-page-with-a-number" not in bench.store(), "it stands in the cache's store"


def a_copy_from_before_garim_is_never_good(bench):
    """A copy from before garim is never called good: people get the page, masked"""
    for path in ("/number", "/number/dated", "/clean", "/clean/stale", "/clean/dated", "/script"):
        _, before, _ = bench.get(path, straight=True)
        conditions = [{"If_Modified_Since": before["Last-Modified"]}, {"If_None_Match": "*"}]
        if before["ETag"]:
            conditions.append({"If_None_Match": before["ETag"]})
            conditions.append({"If_None_Match": before["ETag"], "If_Modified_Since": before["Last-Modified"]})
        for turn in ("first", "when it is in the cache"):
            for fields in conditions:
                # With `*` a cache may say that what it has itself is good.
                if "*" in fields.values() and not path.startswith("/number"):
                    continue
                status, _, body = bench.get(path, **fields)
                same(status, 200, f"{path} {fields}, {turn}")
                if path.startswith("/number"):
                    masked(body, path)
                else:
                    same(body, THINGS[path][4], path)


def what_is_clean_is_kept(bench):
    """A clean page and a picture are kept and come from the cache, which calls copies with garim's tag good"""
    for path in ("/clean", "/picture"):
        _, fields, body = bench.get(path)
        before = bench.asked(path)
        for _ in range(3):
            status, again, shown = bench.get(path)
            same((status, shown, again["ETag"]), (200, body, fields["ETag"]), path)
        same(bench.asked(path), before, f"{path}: times that the site was asked")
        assert fields["ETag"].startswith('"g-'), f"{path}: the tag is the site's: {fields['ETag']}"
        status, _, _ = bench.get(path, If_None_Match=fields["ETag"])
        same((status, bench.asked(path)), (304, before), f"{path}: with garim's tag")
    assert b"words-of-the-clean-page" in bench.store(), "the clean page is not in the store: this test sees nothing"


def what_is_stale_is_asked_about(bench):
    """What the cache has to ask about it asks with garim's tag, and the site is asked with its own"""
    for path in ("/clean/stale", "/clean/dated", "/script", "/picture/stale", "/picture/dated"):
        kind, tag, date, _, body = THINGS[path]
        _, fields, _ = bench.get(path)
        before = bench.asked(path)
        for turn in (1, 2):
            status, again, shown = bench.get(path)
            same((status, shown, again["ETag"]), (200, body, fields["ETag"]), path)
            same(bench.asked(path), before + turn, f"{path}: times that the site was asked")
            asked = bench.last(path)
            expected = (tag, None) if tag else (None, date)
            same((asked.get("If-None-Match"), asked.get("If-Modified-Since")), expected, f"{path}: what it was asked")
        # A browser behind the cache. Squid says 304 to a tag only of what is fresh; else it sends what it has.
        status, again, shown = bench.get(path, If_None_Match=fields["ETag"])
        same((again["ETag"], shown), (fields["ETag"], body if status == 200 else b""), f"{path}: a browser's copy")


def the_officer_first(bench):
    """One address, two pages: the officer's is not kept, and his copy from before garim is not called good by the public's"""
    officer = {"Cookie": "role=officer"}
    _, before, copy = bench.get("/office", straight=True, **officer)
    assert NUMBER.encode() in copy, "the site does not show the officer the number"
    status, fields, body = bench.get("/office", **officer)
    same((status, fields["Cache-Control"]), (200, "private, no-store"), "the officer's page")
    masked(body, "the officer's page")
    status, fields, body = bench.get("/office")
    same((status, body), (200, CLEAN), "the public's page")
    asked = bench.asked("/office")
    same((bench.get("/office")[2], bench.asked("/office")), (CLEAN, asked), "the public's page, from the cache")
    # The public's page is older than the officer's: by its date the officer's copy would be good.
    status, _, body = bench.get("/office", If_Modified_Since=before["Last-Modified"], **officer)
    same((status, NUMBER.encode() in body), (200, False), "the officer's copy from before garim")


def a_head_keeps_nothing(bench):
    """HEAD says nothing by which a cache could keep the page"""
    for path in ("/number", "/clean/policy"):
        status, fields, body = bench.get(path, method="HEAD")
        same((status, body, fields["ETag"], fields["Last-Modified"]), (200, b"", None, None), path)
    masked(bench.get("/number")[2], "the page after its head")


def a_part_of_a_film(bench):
    """A part of a film comes as a part, with the tag of the whole; a picture is read whole, and a page comes whole, masked"""
    _, whole, _ = bench.get("/picture")
    status, fields, body = bench.get("/picture", Range="bytes=10-29", If_Range=whole["ETag"])
    same((status, body, fields["ETag"]), (206, PICTURE[10:30], whole["ETag"]), "the part of what is in the cache")
    # Squid has nothing of these, and asks for the parts alone.
    status, fields, body = bench.get("/film/parts", Range="bytes=10-29")
    same((status, body, fields["ETag"][:3]), (206, FILM[10:30], '"g-'), "the part of what is not in the cache")
    same(bench.last("/film/parts").get("Range"), "bytes=10-29", "what the site was asked for")
    status, _, body = bench.get("/picture/parts", Range="bytes=10-29")
    same((status, body), (200, PICTURE), "the picture, in which something may be written anywhere")
    same(bench.last("/picture/parts").get("Range"), None, "what the site was asked for")
    status, _, body = bench.get("/number", Range="bytes=10-29")
    same(status, 200, "the page")
    masked(body, "the page")


def another_policy(bench):
    """Under another policy the cache's own copy is asked about in vain, and under the old one it is good again"""
    path = "/clean/policy"
    _, first, _ = bench.get(path)
    bench.get(path)
    same(bench.last(path).get("If-None-Match"), '"c3"', "what the site was asked before")
    bench.reload('find = ["@unique-identifiers"]', 'find = ["@unique-identifiers", "mobile-number"]')
    status, second, body = bench.get(path)
    same((status, body, bench.last(path).get("If-None-Match")), (200, CLEAN, None), "the page under another policy")
    assert second["ETag"] != first["ETag"], "the tag is the old one"
    same(bench.get(path, If_None_Match=first["ETag"])[0], 200, "a browser's copy from the old policy")
    bench.get(path)
    same(bench.last(path).get("If-None-Match"), '"c3"', "what the site was asked under the new policy")


CHECKS = [
    a_page_with_a_number_is_never_kept,
    a_copy_from_before_garim_is_never_good,
    what_is_clean_is_kept,
    what_is_stale_is_asked_about,
    the_officer_first,
    a_head_keeps_nothing,
    a_part_of_a_film,
    another_policy,
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--garim", required=True)
    parser.add_argument("--host", required=True)
    for port in ("--site-port", "--front-port", "--cache-port"):
        parser.add_argument(port, type=int, required=True)
    bench = Bench(parser.parse_args())
    site = http.server.ThreadingHTTPServer(("127.0.0.1", bench.options.site_port), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    passed, failed = 0, 0
    for check in CHECKS:
        name = check.__doc__ + " [Squid]"
        try:
            check(bench)
        except Exception as error:  # noqa: BLE001: whatever it is, the other checks are still to be run
            failed += 1
            print(f"FAILED  {name}: {error or type(error).__name__}", flush=True)
            if not isinstance(error, AssertionError):
                traceback.print_exc(limit=-3, file=sys.stdout)
        else:
            passed += 1
            print(f"ok      {name}", flush=True)
    if failed:
        for log in ("squid/access.log", "squid/cache.log", "garim.log"):
            print(f"---- the end of {log}")
            print("\n".join((bench.options.work / log).read_text(errors="replace").splitlines()[-40:]))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
