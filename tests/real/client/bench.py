"""What every check has at hand: browsers on both ways, the wiki's files, garim's log, and words for what must hold."""

import inspect
import re
import time
import urllib.request

import web
import wiki


class Skip(Exception):
    """Cannot be tried here; the reason is told."""


class Bench:
    """One run."""

    def __init__(self, options):
        self.options = options
        self.work = options.work
        self.shelf = wiki.Shelf(options.work)

    def ways(self, check):
        """The ways a check is run over: a check with one argument is run once."""
        if len(inspect.signature(check).parameters) == 1:
            return [None]
        return ["straight"] if self.options.site_only else ["1.1", "2"]

    def browser(self, way, **more):
        """A browser; `way` is the version of HTTP to garim, or `straight`."""
        straight = way == "straight"
        if not straight and self.options.site_only:
            raise Skip("garim is not running")
        return web.Browser(
            host=self.options.host,
            site_port=self.options.site_port,
            front_port=self.options.front_port,
            ca=self.work / "tls" / "ca.pem",
            straight=straight,
            http="1.1" if straight else way,
            **more,
        )

    def writer(self, way):
        """The wiki in the browser of someone who has logged in."""
        one = wiki.Wiki(self.browser(way))
        answer = one.login()
        same(answer.status, 302, "the status of the login")
        return one

    def cookies_of_login(self, way):
        """The cookies that a login gives, without their values."""
        answer = wiki.Wiki(self.browser(way)).login()
        given = [value for name, value in answer.headers if name.lower() == "set-cookie"]
        return [re.sub("=[^;]*", "=…", value, count=1) for value in given]

    def twin(self, one, **more):
        """The same person, straight at the site: same cookies, so the same pages."""
        return wiki.Wiki(self.browser("straight", cookies=dict(one.browser.cookies), **more))

    def log(self):
        return (self.work / "garim.log").read_text(errors="replace")

    def metrics(self, port=None):
        with urllib.request.urlopen(f"http://127.0.0.1:{port or self.options.operations_port}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def requests_at_site(self):
        """How many requests Apache has answered; it writes the line when the answer is out."""
        time.sleep(0.3)
        log = self.work / "apache" / "access.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        # What Apache asks of itself, to end a worker that it has too many of.
        return sum(not line.startswith("OPTIONS * ") for line in lines)

    def show_logs(self):
        for name in ("garim.log", "board/log", "apache/error.log"):
            path = self.work / name
            if path.exists():
                print(f"---- the end of {name}")
                print("\n".join(path.read_text(errors="replace").splitlines()[-30:]))


def same(got, wanted, what):
    """They must be equal."""
    if got != wanted:
        raise AssertionError(f"{what}: {brief(got)} instead of {brief(wanted)}{first_difference(got, wanted)}")


def holds(fact, what):
    """It must be so."""
    if not fact:
        raise AssertionError(what)


def brief(value):
    shown = repr(value)
    return shown if len(shown) <= 120 else f"{shown[:100]}… ({len(value)} long)"


def first_difference(got, wanted):
    if isinstance(got, list) and isinstance(wanted, list):
        more, less = ([one for one in a if one not in b] for a, b in ((got, wanted), (wanted, got)))
        return f"; it has more {more}, it lacks {less}" if more or less else "; in another order"
    if isinstance(got, dict) and isinstance(wanted, dict):
        return "".join(f"; {key}: {got.get(key)!r} instead of {wanted.get(key)!r}" for key in sorted({*got, *wanted})
                       if got.get(key) != wanted.get(key))
    if not isinstance(got, bytes) or not isinstance(wanted, bytes):
        return ""
    at = next((at for at, (a, b) in enumerate(zip(got, wanted)) if a != b), min(len(got), len(wanted)))
    return f"; they part at {at}: {got[max(0, at - 30):at + 50]!r} instead of {wanted[max(0, at - 30):at + 50]!r}"


# Hop-by-hop (RFC 9110 7.6.1), framing, or true of one moment only. Cookies are compared at the login: the wiki gives its
# own anew when a session's Accept-Encoding changes, which garim may do.
NOT_COMPARED = {"connection", "keep-alive", "transfer-encoding", "upgrade", "date", "content-length", "age", "set-cookie"}


def headers_compared(answer, keep_case):
    """The headers that must be the same on both ways, in their order. HTTP/2 has only lower case."""
    pairs = [(name, value) for name, value in answer.headers if name.lower() not in NOT_COMPARED]
    return [(name if keep_case else name.lower(), value) for name, value in pairs]
